package beacon.keys.envelope;

import beacon.keys.Entropy;
import java.util.Arrays;
import java.util.List;

/** A passphrase. Wiped by {@link #close}. */
public final class ScryptRecipient implements Recipient, AutoCloseable {
    /** About a second of work and 256 MiB: what the age tool uses. */
    public static final int DEFAULT_WORK_FACTOR = 18;

    private final byte[] passphrase;
    private final int workFactor;

    private ScryptRecipient(byte[] passphrase, int workFactor) {
        this.passphrase = passphrase;
        this.workFactor = workFactor;
    }

    /** The work factor is the binary logarithm of N, from 1 to {@link ScryptIdentity#MAX_WORK_FACTOR}. */
    public static ScryptRecipient of(char[] passphrase, int workFactor) {
        if (workFactor < 1 || workFactor > ScryptIdentity.MAX_WORK_FACTOR) {
            throw new IllegalArgumentException("expected a work factor from 1 to %d, but found %d"
                    .formatted(ScryptIdentity.MAX_WORK_FACTOR, workFactor));
        }
        if (passphrase.length == 0) {
            throw new IllegalArgumentException("expected a passphrase, but found an empty one");
        }
        return new ScryptRecipient(ScryptStanza.utf8(passphrase), workFactor);
    }

    @Override
    public Strength strength() {
        return Strength.PASSPHRASE;
    }

    @Override
    public List<Stanza> wrap(FileKey fileKey, Entropy entropy) {
        byte[] salt = entropy.bytes(ScryptStanza.SALT_BYTES);
        byte[] wrapKey = ScryptStanza.wrapKey(passphrase, salt, workFactor);
        try {
            byte[] body = Stanzas.sealBody(wrapKey, fileKey);
            return List.of(
                    Stanza.of(body, ScryptStanza.TYPE, CanonicalBase64.encode(salt), Integer.toString(workFactor)));
        } finally {
            Arrays.fill(wrapKey, (byte) 0);
        }
    }

    @Override
    public void close() {
        Arrays.fill(passphrase, (byte) 0);
    }

    @Override
    public String toString() {
        return "ScryptRecipient[hidden]";
    }
}
