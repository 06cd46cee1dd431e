package beacon.keys.signatures;

import beacon.keys.Entropy;
import beacon.keys.primitives.Sha512;
import beacon.model.DidKey;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The Ed25519 key of somebody who asks custodians; its did:key is the subject of role claims. Wiped by {@link #close}. */
public final class SubjectKey implements AutoCloseable {
    /** Bytes of the secret. */
    public static final int SEED_BYTES = 32;

    private final byte[] seed;

    private SubjectKey(byte[] seed) {
        this.seed = seed;
    }

    public static SubjectKey generate(Entropy entropy) {
        return new SubjectKey(entropy.bytes(SEED_BYTES));
    }

    /** Copies the seed; the caller wipes its own. */
    public static SubjectKey of(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException(
                    "expected a seed of %d bytes, but found %d".formatted(SEED_BYTES, seed.length));
        }
        return new SubjectKey(seed.clone());
    }

    public ByteString publicKey() {
        return ByteString.copyFrom(Signatures.ed25519PublicKey(seed));
    }

    public String did() {
        return DidKey.of(publicKey());
    }

    /** A copy for a file of its owner; the caller wipes it. */
    public byte[] copyBytes() {
        return seed.clone();
    }

    /** Signs for one use, which is part of what is signed. */
    public Signature sign(String use, ByteString message) {
        return new Signature(Algorithm.ED25519, publicKey(), Signatures.ed25519(seed, framed(use, message)));
    }

    /** The did:key of who signed; empty when the signature is not Ed25519 or does not verify. */
    public static Optional<String> signer(String use, ByteString message, Signature signature) {
        boolean good = signature.algorithm() == Algorithm.ED25519
                && Signatures.verify(
                        Algorithm.ED25519,
                        signature.publicKey().toByteArray(),
                        framed(use, message),
                        signature.signature().toByteArray());
        return good ? Optional.of(DidKey.of(signature.publicKey())) : Optional.empty();
    }

    private static byte[] framed(String use, ByteString message) {
        return Sha512.of("beacon/sig/ed25519/v1")
                .field(use.getBytes(StandardCharsets.UTF_8))
                .field(message.toByteArray())
                .digest();
    }

    @Override
    public void close() {
        Arrays.fill(seed, (byte) 0);
    }

    @Override
    public String toString() {
        return "SubjectKey[" + did() + "]";
    }
}
