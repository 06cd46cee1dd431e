package beacon.keys.fragments;

import beacon.keys.Entropy;
import beacon.keys.custody.KeyShare;
import beacon.keys.custody.OrgKey;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;

/**
 * One fragment and what it belongs to. Equal rituals hold equal fragments. The fragment is wiped by {@link #close}.
 */
public final class Ritual implements AutoCloseable {
    /** Whether the log knows of the ritual yet, or no longer needs it. */
    public enum State {
        /** Kept, but not certified by all yet. */
        PENDING(0),
        /** Serves decryptions. */
        ACTIVE(1),
        /** Of an earlier epoch; to be deleted. */
        RETIRED(2);

        private final int code;

        State(int code) {
            this.code = code;
        }

        /** What stands on disk; never changes. */
        int code() {
            return code;
        }

        static State of(int code) {
            for (State state : values()) {
                if (state.code == code) {
                    return state;
                }
            }
            throw new IllegalArgumentException("expected a state from 0 to 2, but found " + code);
        }
    }

    /**
     * What is not secret.
     *
     * @param id 1 to 128 characters of {@code [A-Za-z0-9._:-]}
     * @param timestamp when the ritual was finalised, in whole milliseconds
     * @param keyId the organisation key
     * @param epoch the key's share epoch that the fragment belongs to
     * @param index the custodian's index in that epoch
     */
    public record Label(String id, Instant timestamp, ByteString keyId, int epoch, int index, State state) {
        private static final int KEY_ID_BYTES = 20;

        public Label {
            if (!id.matches("[A-Za-z0-9._:-]{1,128}")) {
                throw new IllegalArgumentException("expected a ritual id of 1 to 128 characters of [A-Za-z0-9._:-]");
            }
            if (keyId.size() != KEY_ID_BYTES || epoch < 0 || index < 1) {
                throw new IllegalArgumentException(
                        "expected a key id of %d bytes, an epoch from 0 and an index from 1".formatted(KEY_ID_BYTES));
            }
            timestamp = Instant.ofEpochMilli(timestamp.toEpochMilli());
        }
    }

    private final Label label;
    private final byte[] fragment;

    private Ritual(Label label, byte[] fragment) {
        if (fragment.length != Scalar.BYTES) {
            throw new IllegalArgumentException(
                    "expected a fragment of %d bytes, but found %d".formatted(Scalar.BYTES, fragment.length));
        }
        this.label = label;
        this.fragment = fragment;
    }

    /** Owns the fragment from here on. */
    static Ritual owning(Label label, byte[] fragment) {
        return new Ritual(label, fragment);
    }

    /** A secret of the custodian itself, kept like a fragment; owns it from here on. */
    static Ritual own(String name, byte[] secret) {
        ByteString noKey = ByteString.copyFrom(new byte[Label.KEY_ID_BYTES]);
        return new Ritual(new Label(ownId(name), Instant.EPOCH, noKey, 0, 1, State.RETIRED), secret);
    }

    static String ownId(String name) {
        return "own:" + name;
    }

    /** True for what {@link FragmentStore#storeOwn} keeps. */
    public static boolean isOwn(Label label) {
        return label.id().startsWith("own:");
    }

    /** A ritual for a share; the share stays the caller's. */
    public static Ritual of(String id, Instant timestamp, OrgKey key, KeyShare share, State state) {
        Label label = new Label(id, timestamp, key.id(), share.epoch(), share.index(), state);
        return new Ritual(label, share.copyBytes());
    }

    public Label label() {
        return label;
    }

    public String id() {
        return label.id();
    }

    /** The same fragment in another state; a copy with a life of its own. */
    public Ritual in(State state) {
        Label next = new Label(label.id(), label.timestamp(), label.keyId(), label.epoch(), label.index(), state);
        return new Ritual(next, fragment.clone());
    }

    /** The share, for computing partials; the caller owns and wipes it. */
    public KeyShare share() {
        Scalar secret = Scalar.decode(fragment)
                .orElseThrow(() -> new FragmentStoreException.Damaged("the fragment of ritual " + label.id()));
        KeyShare share = new KeyShare(label.index(), label.epoch(), secret);
        secret.wipe();
        return share;
    }

    /** True when this is the custodian's fragment of the key in its present epoch. */
    public boolean isCurrent(OrgKey key, Entropy entropy) {
        try (KeyShare share = share()) {
            return key.id().equals(label.keyId()) && share.belongsTo(key, entropy);
        }
    }

    boolean sameFragment(Ritual other) {
        Label as = new Label(
                label.id(), label.timestamp(), label.keyId(), label.epoch(), label.index(), other.label.state());
        return as.equals(other.label) && MessageDigest.isEqual(fragment, other.fragment);
    }

    byte[] copyFragment() {
        return fragment.clone();
    }

    @Override
    public void close() {
        Arrays.fill(fragment, (byte) 0);
    }

    @Override
    public String toString() {
        return "Ritual[" + label + ", hidden]";
    }
}
