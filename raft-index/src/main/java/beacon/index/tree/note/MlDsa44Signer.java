package beacon.index.tree.note;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;

/** Cosigns checkpoints with an ML-DSA-44 key, deterministically, since this package has no randomness. */
public final class MlDsa44Signer implements NoteSigner {
    /** Length of a private key (seed). */
    public static final int SEED_BYTES = 32;

    private final NoteVerifier verifier;
    private final MLDSAPrivateKeyParameters key;
    private final InstantSource clock;

    /**
     * @throws NoteException when the seed has not {@value #SEED_BYTES} bytes or the name cannot name a key
     */
    public MlDsa44Signer(String name, byte[] seed, InstantSource clock) {
        if (seed.length != SEED_BYTES) {
            throw new NoteException(
                    NoteException.Reason.KEY,
                    "expected a seed of %d bytes, but found %d".formatted(SEED_BYTES, seed.length));
        }
        this.key = new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_44, seed);
        this.verifier = new NoteVerifier(
                MlDsa44Scheme.COSIGNATURE, name, key.getPublicKeyParameters().getEncoded());
        this.clock = clock;
    }

    @Override
    public NoteVerifier verifier() {
        return verifier;
    }

    @Override
    public NoteSignature signature(String text) {
        long time = clock.instant().getEpochSecond();
        byte[] message = MlDsa44Scheme.cosigned(verifier.name(), time, Checkpoint.parse(text));
        MLDSASigner signer = new MLDSASigner();
        signer.init(true, key);
        signer.update(message, 0, message.length);
        try {
            byte[] raw = signer.generateSignature();
            byte[] timed = ByteBuffer.allocate(Long.BYTES + raw.length)
                    .putLong(time)
                    .put(raw)
                    .array();
            return new NoteSignature(verifier.name(), verifier.keyId(), timed);
        } catch (CryptoException e) {
            throw new IllegalStateException("ML-DSA-44 signs every message", e);
        }
    }
}
