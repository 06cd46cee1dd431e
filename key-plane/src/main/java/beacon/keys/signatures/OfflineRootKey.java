package beacon.keys.signatures;

import beacon.keys.Entropy;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.SLHDSAKeyPairGenerator;
import org.bouncycastle.crypto.params.SLHDSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.SLHDSAParameters;
import org.bouncycastle.crypto.params.SLHDSAPrivateKeyParameters;
import org.bouncycastle.crypto.prng.FixedSecureRandom;

/**
 * The organisation's root of last resort: SLH-DSA, whose security rests on hashes alone. Signing takes most of a second;
 * it is kept off any network and only certifies the online root. Wiped by {@link #close}.
 */
public final class OfflineRootKey implements AutoCloseable {
    private static final int RANDOM_BYTES = 48;

    private final byte[] secret;

    private OfflineRootKey(byte[] secret) {
        this.secret = secret;
    }

    public static OfflineRootKey generate(Entropy entropy) {
        byte[] random = entropy.bytes(RANDOM_BYTES);
        SLHDSAKeyPairGenerator generator = new SLHDSAKeyPairGenerator();
        generator.init(new SLHDSAKeyGenerationParameters(new FixedSecureRandom(random), SLHDSAParameters.sha2_128s));
        AsymmetricCipherKeyPair pair = generator.generateKeyPair();
        Arrays.fill(random, (byte) 0);
        return new OfflineRootKey(((SLHDSAPrivateKeyParameters) pair.getPrivate()).getEncoded());
    }

    /** Copies a kept secret; the caller wipes its own. */
    public static OfflineRootKey of(byte[] secret) {
        return new OfflineRootKey(secret.clone());
    }

    /** A copy for sealed storage; the caller wipes it. */
    public byte[] copyBytes() {
        return secret.clone();
    }

    OrgRoot.Offline certify(byte[] message, Entropy entropy) {
        return new OrgRoot.Offline(
                ByteString.copyFrom(Signatures.slhDsaPublicKey(secret)), Signatures.slhDsa(secret, message, entropy));
    }

    @Override
    public void close() {
        Arrays.fill(secret, (byte) 0);
    }

    @Override
    public String toString() {
        return "OfflineRootKey[hidden]";
    }
}
