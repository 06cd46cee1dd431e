package beacon.index.tree.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Ed25519 over the text (type 0x01), or over the text and a time as a cosignature (type 0x04, C2SP tlog-cosignature).
 *
 * <p>Bouncy Castle rather than the JDK: keys are the raw 32 bytes that vkeys carry, low-order and non-canonical points
 * can be refused, and ML-DSA comes from the same library on Java 17.
 */
enum Ed25519Scheme implements SignatureScheme {
    NOTE(0x01),
    COSIGNATURE(0x04);

    private final int type;

    Ed25519Scheme(int type) {
        this.type = type;
    }

    @Override
    public int type() {
        return type;
    }

    @Override
    public int publicKeyBytes() {
        return Ed25519.PUBLIC_KEY_SIZE;
    }

    @Override
    public boolean accepts(byte[] publicKey) {
        return Ed25519.validatePublicKeyFull(publicKey, 0);
    }

    @Override
    public boolean verifies(String name, byte[] publicKey, String text, byte[] signature) {
        int timeBytes = this == COSIGNATURE ? Long.BYTES : 0;
        if (signature.length != timeBytes + Ed25519.SIGNATURE_SIZE) {
            return false;
        }
        byte[] message;
        if (this == COSIGNATURE) {
            long time = ByteBuffer.wrap(signature).getLong();
            if (time < 0) {
                return false;
            }
            message = cosigned(time, text);
        } else {
            message = NoteText.utf8(text);
        }
        return Ed25519.verify(signature, timeBytes, publicKey, 0, message, 0, message.length);
    }

    /** What a cosigner signs. */
    static byte[] cosigned(long epochSeconds, String text) {
        byte[] head = ("cosignature/v1\ntime " + epochSeconds + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] body = NoteText.utf8(text);
        return ByteBuffer.allocate(head.length + body.length)
                .put(head)
                .put(body)
                .array();
    }
}
