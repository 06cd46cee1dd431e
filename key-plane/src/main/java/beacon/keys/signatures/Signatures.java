package beacon.keys.signatures;

import beacon.keys.Entropy;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.SLHDSAParameters;
import org.bouncycastle.crypto.params.SLHDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.SLHDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.signers.SLHDSASigner;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** The three algorithms, each over bytes that start with what they are for. */
final class Signatures {
    private static final MLDSAParameters ML_DSA = MLDSAParameters.ml_dsa_65;
    private static final SLHDSAParameters SLH_DSA = SLHDSAParameters.sha2_128s;

    private Signatures() {}

    static byte[] ed25519PublicKey(byte[] seed) {
        byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
        return publicKey;
    }

    static byte[] mlDsaPublicKey(byte[] seed) {
        return new MLDSAPrivateKeyParameters(ML_DSA, seed).getPublicKey();
    }

    static byte[] slhDsaPublicKey(byte[] secret) {
        return new SLHDSAPrivateKeyParameters(SLH_DSA, secret).getEncodedPublicKey();
    }

    static ByteString ed25519(byte[] seed, byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed, 0, message, 0, message.length, signature, 0);
        return ByteString.copyFrom(signature);
    }

    static ByteString mlDsa(byte[] seed, byte[] message, Entropy entropy) {
        try {
            MLDSASigner signer = new MLDSASigner();
            signer.init(
                    true,
                    new ParametersWithRandom(new MLDSAPrivateKeyParameters(ML_DSA, seed), new EntropyRandom(entropy)));
            signer.update(message, 0, message.length);
            return ByteString.copyFrom(signer.generateSignature());
        } catch (CryptoException bug) {
            throw new IllegalStateException("expected ML-DSA to sign", bug);
        }
    }

    static ByteString slhDsa(byte[] secret, byte[] message, Entropy entropy) {
        SLHDSASigner signer = new SLHDSASigner();
        signer.init(
                true,
                new ParametersWithRandom(new SLHDSAPrivateKeyParameters(SLH_DSA, secret), new EntropyRandom(entropy)));
        return ByteString.copyFrom(signer.generateSignature(message));
    }

    /** True when the signature is of that key; never throws, whatever the bytes are. */
    static boolean verify(Algorithm algorithm, byte[] publicKey, byte[] message, byte[] signature) {
        if (publicKey.length != algorithm.publicKeyBytes() || signature.length != algorithm.signatureBytes()) {
            return false;
        }
        try {
            return switch (algorithm) {
                case ED25519 ->
                    Ed25519.validatePublicKeyFull(publicKey, 0)
                            && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
                case ML_DSA_65 -> {
                    MLDSASigner signer = new MLDSASigner();
                    signer.init(false, new MLDSAPublicKeyParameters(ML_DSA, publicKey));
                    signer.update(message, 0, message.length);
                    yield signer.verifySignature(signature);
                }
                case SLH_DSA_128S -> {
                    SLHDSASigner signer = new SLHDSASigner();
                    signer.init(false, new SLHDSAPublicKeyParameters(SLH_DSA, publicKey));
                    yield signer.verifySignature(message, signature);
                }
            };
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** The library wants a {@link java.security.SecureRandom}; ours is handed in. */
    private static final class EntropyRandom extends org.bouncycastle.crypto.prng.FixedSecureRandom {
        private static final long serialVersionUID = 1L;

        private final transient Entropy entropy;

        EntropyRandom(Entropy entropy) {
            super(new byte[0]);
            this.entropy = entropy;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            byte[] fresh = entropy.bytes(bytes.length);
            System.arraycopy(fresh, 0, bytes, 0, bytes.length);
            Arrays.fill(fresh, (byte) 0);
        }
    }
}
