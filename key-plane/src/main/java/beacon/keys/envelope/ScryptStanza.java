package beacon.keys.envelope;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.SCrypt;

/** What the scrypt recipient and identity share. */
final class ScryptStanza {
    static final String TYPE = "scrypt";
    static final int SALT_BYTES = 16;

    private static final byte[] LABEL = "age-encryption.org/v1/scrypt".getBytes(StandardCharsets.US_ASCII);
    private static final int BLOCK_SIZE = 8;
    private static final int KEY_BYTES = 32;

    private ScryptStanza() {}

    static byte[] wrapKey(byte[] passphrase, byte[] salt, int workFactor) {
        byte[] labelled = ByteBuffer.allocate(LABEL.length + salt.length)
                .put(LABEL)
                .put(salt)
                .array();
        return SCrypt.generate(passphrase, labelled, 1 << workFactor, BLOCK_SIZE, 1, KEY_BYTES);
    }

    /** Without a detour through a String, which could not be wiped. */
    static byte[] utf8(char[] passphrase) {
        ByteBuffer buffer = ByteBuffer.allocate(passphrase.length * 4);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(passphrase), buffer, true);
        byte[] bytes = Arrays.copyOf(buffer.array(), buffer.position());
        Arrays.fill(buffer.array(), (byte) 0);
        return bytes;
    }
}
