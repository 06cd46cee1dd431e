package beacon.keys.fragments;

import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/** The rituals of one file, in memory for as long as one operation takes. */
final class Bucket implements AutoCloseable {
    /** Rituals of one bucket; the store takes 256 times as many. */
    static final int MAX_RITUALS = 1024;

    private static final int KEY_ID_BYTES = 20;

    private final TreeMap<String, Ritual> rituals = new TreeMap<>();

    Optional<Ritual> get(String id) {
        return Optional.ofNullable(rituals.get(id));
    }

    Collection<Ritual> all() {
        return rituals.values();
    }

    /** Owns the ritual from here on. */
    void put(Ritual ritual) {
        Ritual known = rituals.get(ritual.id());
        if (known != null && !known.sameFragment(ritual)) {
            throw new FragmentStoreException.Conflict(ritual.id());
        }
        if (known == null && rituals.size() >= MAX_RITUALS) {
            throw new FragmentStoreException.Full(MAX_RITUALS);
        }
        rituals.put(ritual.id(), ritual);
        if (known != null) {
            known.close();
        }
    }

    boolean remove(String id) {
        Ritual removed = rituals.remove(id);
        if (removed != null) {
            removed.close();
        }
        return removed != null;
    }

    /** Plaintext; the caller wipes it. */
    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(rituals.size());
            for (Ritual ritual : rituals.values()) {
                Ritual.Label label = ritual.label();
                out.writeUTF(label.id());
                out.writeLong(label.timestamp().toEpochMilli());
                out.write(label.keyId().toByteArray());
                out.writeInt(label.epoch());
                out.writeInt(label.index());
                out.writeByte(label.state().code());
                out.write(ritual.copyFragment());
            }
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.toByteArray();
    }

    static Bucket decode(byte[] plain) {
        Bucket bucket = new Bucket();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(plain))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String id = in.readUTF();
                Instant timestamp = Instant.ofEpochMilli(in.readLong());
                ByteString keyId = ByteString.copyFrom(in.readNBytes(KEY_ID_BYTES));
                int epoch = in.readInt();
                int index = in.readInt();
                Ritual.State state = Ritual.State.of(in.readByte());
                Ritual.Label label = new Ritual.Label(id, timestamp, keyId, epoch, index, state);
                bucket.put(Ritual.owning(label, in.readNBytes(Scalar.BYTES)));
            }
            return bucket;
        } catch (IOException | IllegalArgumentException malformed) {
            throw new FragmentStoreException.Damaged("a list of rituals");
        }
    }

    @Override
    public void close() {
        rituals.values().forEach(Ritual::close);
        rituals.clear();
    }
}
