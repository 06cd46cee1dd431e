package beacon.index.tree.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;

/**
 * ML-DSA-44 over a checkpoint and a time (type 0x06, C2SP tlog-cosignature): the scheme that stands against quantum
 * computers. It signs origin, size and root, so a checkpoint with extension lines is not covered whole and is refused.
 */
enum MlDsa44Scheme implements SignatureScheme {
    COSIGNATURE;

    static final int PUBLIC_KEY_BYTES = 1312;
    static final int SIGNATURE_BYTES = 2420;

    private static final byte[] LABEL = "subtree/v1\n\0".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_NAME_BYTES = 255;

    @Override
    public int type() {
        return 0x06;
    }

    @Override
    public int publicKeyBytes() {
        return PUBLIC_KEY_BYTES;
    }

    @Override
    public boolean accepts(byte[] publicKey) {
        // Every string of this length decodes to a key.
        return true;
    }

    @Override
    public boolean verifies(String name, byte[] publicKey, String text, byte[] signature) {
        ByteBuffer in = ByteBuffer.wrap(signature);
        if (signature.length != Long.BYTES + SIGNATURE_BYTES) {
            return false;
        }
        long time = in.getLong();
        if (time < 0) {
            return false;
        }
        byte[] message;
        try {
            message = cosigned(name, time, Checkpoint.parse(text));
        } catch (NoteException e) {
            return false;
        }
        byte[] raw = new byte[SIGNATURE_BYTES];
        in.get(raw);
        MLDSASigner signer = new MLDSASigner();
        signer.init(false, new MLDSAPublicKeyParameters(MLDSAParameters.ml_dsa_44, publicKey));
        signer.update(message, 0, message.length);
        return signer.verifySignature(raw);
    }

    /** What a cosigner signs. */
    static byte[] cosigned(String name, long epochSeconds, Checkpoint checkpoint) {
        if (!checkpoint.extensions().isEmpty()) {
            throw new NoteException(
                    NoteException.Reason.CHECKPOINT,
                    "expected no extension lines, because ML-DSA-44 does not sign them");
        }
        byte[] cosigner = prefixed(name);
        byte[] origin = prefixed(checkpoint.origin());
        return ByteBuffer.allocate(LABEL.length + cosigner.length + origin.length + 3 * Long.BYTES + 32)
                .put(LABEL)
                .put(cosigner)
                .putLong(epochSeconds)
                .put(origin)
                .putLong(0)
                .putLong(checkpoint.size())
                .put(checkpoint.root().bytes())
                .array();
    }

    private static byte[] prefixed(String text) {
        byte[] bytes = NoteText.utf8(text);
        if (bytes.length > MAX_NAME_BYTES) {
            throw new NoteException(
                    NoteException.Reason.CHECKPOINT,
                    "expected a name of at most %d bytes, but found %d".formatted(MAX_NAME_BYTES, bytes.length));
        }
        return ByteBuffer.allocate(1 + bytes.length)
                .put((byte) bytes.length)
                .put(bytes)
                .array();
    }
}
