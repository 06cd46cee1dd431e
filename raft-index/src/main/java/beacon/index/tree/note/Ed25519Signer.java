package beacon.index.tree.note;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/** Signs notes, or cosigns checkpoints, with an Ed25519 key. Deterministic for equal text and time. */
public final class Ed25519Signer implements NoteSigner {
    /** Length of a private key (seed). */
    public static final int SEED_BYTES = Ed25519.SECRET_KEY_SIZE;

    private final NoteVerifier verifier;
    private final byte[] seed;
    private final @Nullable InstantSource clock;

    private Ed25519Signer(Ed25519Scheme scheme, String name, byte[] seed, @Nullable InstantSource clock) {
        if (seed.length != SEED_BYTES) {
            throw new NoteException(
                    NoteException.Reason.KEY,
                    "expected a seed of %d bytes, but found %d".formatted(SEED_BYTES, seed.length));
        }
        byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
        this.verifier = new NoteVerifier(scheme, name, publicKey);
        this.seed = seed.clone();
        this.clock = clock;
    }

    /** Signs the text itself: what a log does. */
    public static Ed25519Signer ofNotes(String name, byte[] seed) {
        return new Ed25519Signer(Ed25519Scheme.NOTE, name, seed, null);
    }

    /** Signs the text with the time: what a witness does. The key must have no other use. */
    public static Ed25519Signer ofCosignatures(String name, byte[] seed, InstantSource clock) {
        return new Ed25519Signer(Ed25519Scheme.COSIGNATURE, name, seed, clock);
    }

    @Override
    public NoteVerifier verifier() {
        return verifier;
    }

    @Override
    public NoteSignature signature(String text) {
        ByteBuffer out;
        byte[] message;
        if (clock == null) {
            out = ByteBuffer.allocate(Ed25519.SIGNATURE_SIZE);
            message = NoteText.utf8(text);
        } else {
            Checkpoint.parse(text);
            long time = clock.instant().getEpochSecond();
            out = ByteBuffer.allocate(Long.BYTES + Ed25519.SIGNATURE_SIZE).putLong(time);
            message = Ed25519Scheme.cosigned(time, text);
        }
        Ed25519.sign(seed, 0, message, 0, message.length, out.array(), out.position());
        return new NoteSignature(verifier.name(), verifier.keyId(), out.array());
    }
}
