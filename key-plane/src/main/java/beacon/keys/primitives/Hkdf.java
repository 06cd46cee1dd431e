package beacon.keys.primitives;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/** HKDF-SHA-256 of RFC 5869, extract then expand. */
public final class Hkdf {
    private Hkdf() {}

    /** A 32-byte key; the caller owns and wipes it. */
    public static byte[] sha256(byte[] inputKey, byte[] salt, String info) {
        return sha256(inputKey, salt, info.getBytes(StandardCharsets.UTF_8), 32);
    }

    /** Key material of the given size, at most 8,160 bytes; the caller owns and wipes it. */
    public static byte[] sha256(byte[] inputKey, byte[] salt, byte[] info, int sizeBytes) {
        HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
        generator.init(new HKDFParameters(inputKey, salt, info));
        byte[] derived = new byte[sizeBytes];
        generator.generateBytes(derived, 0, derived.length);
        return derived;
    }
}
