package beacon.keys.envelope;

import beacon.keys.primitives.Hkdf;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * The X25519 stanza, apart from who computes the shared secret: one identity that holds the key, or custodians that
 * together hold it.
 */
public record X25519Stanza(ByteString share, Stanza stanza) {
    /** Type argument of the stanza. */
    public static final String TYPE = "X25519";

    private static final String INFO = "age-encryption.org/v1/X25519";

    /**
     * Checks the shape of a stanza whose type is {@link #TYPE}.
     *
     * @throws AgeException.BadHeader when it has not exactly two arguments, a 32-byte share and a 32-byte body
     */
    public static X25519Stanza parse(Stanza stanza) {
        Stanzas.expectArguments(stanza, 2);
        byte[] share = Stanzas.binaryArgument(stanza, X25519.POINT_SIZE);
        Stanzas.expectBody(stanza);
        return new X25519Stanza(ByteString.copyFrom(share), stanza);
    }

    /** Wraps a file key under a shared secret, which is wiped. */
    public static Stanza seal(FileKey fileKey, byte[] secret, byte[] share, byte[] recipient) {
        byte[] wrapKey = wrapKey(secret, share, recipient);
        try {
            return Stanza.of(Stanzas.sealBody(wrapKey, fileKey), TYPE, CanonicalBase64.encode(share));
        } finally {
            Arrays.fill(wrapKey, (byte) 0);
        }
    }

    /** The file key under a shared secret, which is wiped; empty when the stanza is for somebody else. */
    public Optional<FileKey> open(byte[] secret, byte[] recipient) {
        byte[] wrapKey = wrapKey(secret, share.toByteArray(), recipient);
        try {
            return Stanzas.openBody(wrapKey, stanza);
        } finally {
            Arrays.fill(wrapKey, (byte) 0);
        }
    }

    private static byte[] wrapKey(byte[] secret, byte[] share, byte[] recipient) {
        byte[] salt = Arrays.copyOf(share, share.length + recipient.length);
        System.arraycopy(recipient, 0, salt, share.length, recipient.length);
        byte[] wrapKey = Hkdf.sha256(secret, salt, INFO);
        Arrays.fill(secret, (byte) 0);
        return wrapKey;
    }
}
