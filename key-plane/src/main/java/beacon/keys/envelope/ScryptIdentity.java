package beacon.keys.envelope;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A passphrase that opens. Wiped by {@link #close}. */
public final class ScryptIdentity implements Identity, AutoCloseable {
    /** Largest work factor that is tried: a file from a stranger may not cost more than 4 GiB of memory. */
    public static final int MAX_WORK_FACTOR = 22;

    private final byte[] passphrase;
    private final int maxWorkFactor;

    private ScryptIdentity(byte[] passphrase, int maxWorkFactor) {
        this.passphrase = passphrase;
        this.maxWorkFactor = maxWorkFactor;
    }

    public static ScryptIdentity of(char[] passphrase) {
        return of(passphrase, MAX_WORK_FACTOR);
    }

    public static ScryptIdentity of(char[] passphrase, int maxWorkFactor) {
        return new ScryptIdentity(ScryptStanza.utf8(passphrase), Math.min(maxWorkFactor, MAX_WORK_FACTOR));
    }

    @Override
    public Optional<FileKey> unwrap(List<Stanza> stanzas) {
        if (stanzas.size() != 1 || !stanzas.get(0).type().equals(ScryptStanza.TYPE)) {
            return Optional.empty();
        }
        Stanza stanza = stanzas.get(0);
        Stanzas.expectArguments(stanza, 3);
        byte[] salt = Stanzas.binaryArgument(stanza, ScryptStanza.SALT_BYTES);
        int workFactor = workFactor(stanza.arguments().get(2));
        Stanzas.expectBody(stanza);
        byte[] wrapKey = ScryptStanza.wrapKey(passphrase, salt, workFactor);
        try {
            return Stanzas.openBody(wrapKey, stanza);
        } finally {
            Arrays.fill(wrapKey, (byte) 0);
        }
    }

    private int workFactor(String text) {
        if (!text.matches("[1-9][0-9]{0,8}") || Integer.parseInt(text) > maxWorkFactor) {
            throw new AgeException.BadHeader(
                    "expected a work factor from 1 to %d, but found %.12s".formatted(maxWorkFactor, text));
        }
        return Integer.parseInt(text);
    }

    @Override
    public void close() {
        Arrays.fill(passphrase, (byte) 0);
    }

    @Override
    public String toString() {
        return "ScryptIdentity[hidden]";
    }
}
