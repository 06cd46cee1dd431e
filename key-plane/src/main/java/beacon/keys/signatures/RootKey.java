package beacon.keys.signatures;

import beacon.keys.Entropy;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The secret side of an organisation's root: two seeds. Wiped by {@link #close}. */
public final class RootKey implements AutoCloseable {
    /** Bytes of the secret: both seeds, Ed25519 first. */
    public static final int SECRET_BYTES = 64;

    private static final int SEED_BYTES = 32;

    private final byte[] ed25519;
    private final byte[] mlDsa;
    private final OrgRoot root;

    private RootKey(byte[] ed25519, byte[] mlDsa, OrgRoot root) {
        this.ed25519 = ed25519;
        this.mlDsa = mlDsa;
        this.root = root;
    }

    /**
     * A fresh root.
     *
     * @param offline certifies the new keys, when the organisation has an offline root
     */
    public static RootKey generate(String organisation, Optional<OfflineRootKey> offline, Entropy entropy) {
        byte[] ed25519 = entropy.bytes(SEED_BYTES);
        byte[] mlDsa = entropy.bytes(SEED_BYTES);
        ByteString first = ByteString.copyFrom(Signatures.ed25519PublicKey(ed25519));
        ByteString second = ByteString.copyFrom(Signatures.mlDsaPublicKey(mlDsa));
        Optional<OrgRoot.Offline> certified =
                offline.map(root -> root.certify(OrgRoot.toCertify(organisation, first, second), entropy));
        return new RootKey(ed25519, mlDsa, new OrgRoot(organisation, first, second, certified));
    }

    /**
     * The root of a kept secret.
     *
     * @throws IllegalArgumentException when it is not the secret of that root
     */
    public static RootKey of(byte[] secret, OrgRoot root) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "expected a root secret of %d bytes, but found %d".formatted(SECRET_BYTES, secret.length));
        }
        byte[] ed25519 = Arrays.copyOf(secret, SEED_BYTES);
        byte[] mlDsa = Arrays.copyOfRange(secret, SEED_BYTES, SECRET_BYTES);
        boolean fits = root.ed25519().equals(ByteString.copyFrom(Signatures.ed25519PublicKey(ed25519)))
                && root.mlDsa65().equals(ByteString.copyFrom(Signatures.mlDsaPublicKey(mlDsa)));
        if (!fits) {
            throw new IllegalArgumentException("expected the secret of the root " + root.did());
        }
        return new RootKey(ed25519, mlDsa, root);
    }

    public OrgRoot root() {
        return root;
    }

    /** A copy for sealed storage; the caller wipes it. */
    public byte[] copyBytes() {
        byte[] both = Arrays.copyOf(ed25519, SECRET_BYTES);
        System.arraycopy(mlDsa, 0, both, SEED_BYTES, SEED_BYTES);
        return both;
    }

    /** Signs with both keys, for one use. */
    public SignedStatement sign(String use, ByteString statement, Entropy entropy) {
        byte[] message = root.toSign(use, statement);
        return new SignedStatement(
                statement,
                List.of(
                        new Signature(Algorithm.ED25519, root.ed25519(), Signatures.ed25519(ed25519, message)),
                        new Signature(Algorithm.ML_DSA_65, root.mlDsa65(), Signatures.mlDsa(mlDsa, message, entropy))));
    }

    @Override
    public void close() {
        Arrays.fill(ed25519, (byte) 0);
        Arrays.fill(mlDsa, (byte) 0);
    }

    @Override
    public String toString() {
        return "RootKey[" + root.did() + "]";
    }
}
