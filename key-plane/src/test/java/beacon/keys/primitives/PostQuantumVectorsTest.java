package beacon.keys.primitives;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.Entropy;
import beacon.keys.Vectors;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.prng.FixedSecureRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMExtractor;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMGenerator;
import org.bouncycastle.pqc.crypto.xwing.XWingPrivateKeyParameters;
import org.bouncycastle.pqc.crypto.xwing.XWingPublicKeyParameters;
import org.junit.jupiter.api.Test;

/** The post-quantum parts of the library that we rely on give the published results. */
class PostQuantumVectorsTest {
    @Test
    void xWingAgreesWithItsDraft() {
        for (JsonElement element : Vectors.json("x-wing", "test-vectors.json", JsonArray.class)) {
            JsonObject vector = element.getAsJsonObject();
            byte[] seed = Vectors.hex(vector, "seed");
            byte[] encapsulationSeed = Vectors.hex(vector, "eseed");
            XWingPublicKeyParameters publicKey = new XWingPublicKeyParameters(Hpke.publicKey(seed));
            Hpke.Sealed sealed = Hpke.seal(publicKey.getEncoded(), seed, seed, only(encapsulationSeed));

            var sent = new XWingKEMGenerator(new FixedSecureRandom(encapsulationSeed)).generateEncapsulated(publicKey);

            assertThat(publicKey.getEncoded()).isEqualTo(Vectors.hex(vector, "pk"));
            assertThat(sent.getEncapsulation()).isEqualTo(Vectors.hex(vector, "ct"));
            assertThat(sent.getSecret()).isEqualTo(Vectors.hex(vector, "ss"));
            assertThat(new XWingKEMExtractor(new XWingPrivateKeyParameters(seed))
                            .extractSecret(sent.getEncapsulation()))
                    .isEqualTo(Vectors.hex(vector, "ss"));
            assertThat(sealed.encapsulated()).isEqualTo(Vectors.hex(vector, "ct"));
            assertThat(Hpke.open(seed, seed, sealed))
                    .hasValueSatisfying(plain -> assertThat(plain).isEqualTo(seed));
        }
    }

    @Test
    void hpkeWithXWingAgreesWithItsDraft() throws Exception {
        int run = 0;
        for (JsonElement element : Vectors.json("hpke", "hpke-pq-mlkem768-x25519.json", JsonArray.class)) {
            JsonObject vector = element.getAsJsonObject();
            if (vector.get("kdf_id").getAsInt() != HPKE.kdf_HKDF_SHA256) {
                continue;
            }
            HPKE hpke = new HPKE(HPKE.mode_base, HPKE.kem_X_WING, HPKE.kdf_HKDF_SHA256, HPKE.aead_CHACHA20_POLY1305);
            byte[] info = Vectors.hex(vector, "info");
            byte[] encapsulated = Vectors.hex(vector, "enc");
            HPKEContext receiver =
                    hpke.setupBaseR(encapsulated, hpke.deserializePrivateKey(Vectors.hex(vector, "skRm"), null), info);
            HPKEContextWithEncapsulation sender = hpke.setupBaseS(
                    hpke.deserializePublicKey(Vectors.hex(vector, "pkRm")), info, Vectors.hex(vector, "ikmE"));
            assertThat(sender.getEncapsulation()).isEqualTo(encapsulated);
            byte[] ours = Hpke.publicKey(Vectors.hex(vector, "skRm"));
            assertThat(ours).isEqualTo(Vectors.hex(vector, "pkRm"));
            assertThat(Hpke.seal(ours, info, info, only(Vectors.hex(vector, "ikmE")))
                            .encapsulated())
                    .isEqualTo(encapsulated);
            for (JsonElement message : vector.getAsJsonArray("encryptions")) {
                JsonObject sealed = message.getAsJsonObject();
                byte[] plain = receiver.open(Vectors.hex(sealed, "aad"), Vectors.hex(sealed, "ct"));
                assertThat(sender.seal(Vectors.hex(sealed, "aad"), plain)).isEqualTo(Vectors.hex(sealed, "ct"));
                run++;
            }
        }
        assertThat(run).isEqualTo(10);
    }

    @Test
    void hpkeDerivesTheKeysOfRfc9180() {
        int run = 0;
        for (JsonElement element : Vectors.json("hpke", "rfc9180-subset.json", JsonArray.class)) {
            JsonObject vector = element.getAsJsonObject();
            HPKE hpke = new HPKE(
                    HPKE.mode_base, vector.get("kem_id").getAsShort(), HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM128);
            var pair = hpke.deriveKeyPair(Vectors.hex(vector, "ikmR"));
            assertThat(hpke.serializePublicKey(pair.getPublic())).isEqualTo(Vectors.hex(vector, "pkRm"));
            byte[] secretKey = Vectors.hex(vector, "skRm");
            if (vector.get("kem_id").getAsShort() == HPKE.kem_X25519_SHA256) {
                X25519.clampPrivateKey(secretKey); // The library stores it clamped; it means the same key.
            }
            assertThat(hpke.serializePrivateKey(pair.getPrivate())).isEqualTo(secretKey);
            run++;
        }
        assertThat(run).isEqualTo(24);
    }

    @Test
    void mlKemDecapsulatesAsWycheproofSays() {
        int run = WycheproofTest.each("mlkem_768_test.json", (group, test) -> {
            if (test.has("seed") && test.has("c")) {
                Optional<byte[]> secret = decapsulate(Vectors.hex(test, "seed"), Vectors.hex(test, "c"));
                assertThat(secret.filter(k -> Arrays.equals(k, Vectors.hex(test, "K")))
                                .isPresent())
                        .as(WycheproofTest.label(test))
                        .isEqualTo(WycheproofTest.valid(test));
            } else {
                assertThat(acceptsKey(Vectors.hex(test, "ek")))
                        .as(WycheproofTest.label(test))
                        .isEqualTo(WycheproofTest.valid(test));
            }
        });

        assertThat(run).isGreaterThan(150);
    }

    @Test
    void mlDsaVerifiesAsWycheproofSays() {
        int run = WycheproofTest.each("mldsa_65_verify_test.json", (group, test) -> {
            boolean verified = verify(
                    Vectors.hex(group, "publicKey"),
                    Vectors.hex(test, "msg"),
                    test.has("ctx") ? Vectors.hex(test, "ctx") : new byte[0],
                    Vectors.hex(test, "sig"));
            assertThat(verified).as(WycheproofTest.label(test)).isEqualTo(WycheproofTest.valid(test));
        });

        assertThat(run).isGreaterThan(200);
    }

    @Test
    void mlDsaSignsFromSeedsAsWycheproofSays() {
        int[] checked = {0};
        WycheproofTest.each("mldsa_65_sign_seed_test.json", (group, test) -> {
            boolean plain = test.has("msg") && !test.has("rnd") && WycheproofTest.valid(test);
            if (plain) {
                byte[] context = test.has("ctx") ? Vectors.hex(test, "ctx") : new byte[0];
                byte[] signature = sign(Vectors.hex(group, "privateSeed"), Vectors.hex(test, "msg"), context);
                assertThat(signature).as(WycheproofTest.label(test)).isEqualTo(Vectors.hex(test, "sig"));
                checked[0]++;
            }
        });

        assertThat(checked[0]).isGreaterThan(40);
    }

    /** Gives out these bytes, and no others. */
    private static Entropy only(byte[] bytes) {
        return target -> {
            assertThat(target).hasSameSizeAs(bytes);
            System.arraycopy(bytes, 0, target, 0, bytes.length);
        };
    }

    private static Optional<byte[]> decapsulate(byte[] seed, byte[] ciphertext) {
        try {
            MLKEMPrivateKeyParameters key = new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seed);
            return Optional.of(new MLKEMExtractor(key).extractSecret(ciphertext));
        } catch (RuntimeException refused) {
            return Optional.empty();
        }
    }

    private static boolean acceptsKey(byte[] encapsulationKey) {
        try {
            return new MLKEMPublicKeyParameters(MLKEMParameters.ml_kem_768, encapsulationKey).getEncoded().length > 0;
        } catch (RuntimeException refused) {
            return false;
        }
    }

    private static boolean verify(byte[] publicKey, byte[] message, byte[] context, byte[] signature) {
        try {
            MLDSASigner verifier = new MLDSASigner();
            MLDSAPublicKeyParameters key = new MLDSAPublicKeyParameters(MLDSAParameters.ml_dsa_65, publicKey);
            verifier.init(false, new ParametersWithContext(key, context));
            verifier.update(message, 0, message.length);
            return verifier.verifySignature(signature);
        } catch (RuntimeException refused) {
            return false;
        }
    }

    private static byte[] sign(byte[] seed, byte[] message, byte[] context) {
        try {
            MLDSASigner signer = new MLDSASigner();
            MLDSAPrivateKeyParameters key = new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, seed);
            signer.init(true, new ParametersWithContext(key, context));
            signer.update(message, 0, message.length);
            return signer.generateSignature();
        } catch (CryptoException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
