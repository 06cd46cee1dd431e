package beacon.keys.primitives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.keys.Vectors;
import beacon.keys.shares.Point;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;

/** The libraries behind our primitives give Wycheproof's verdicts. */
class WycheproofTest {
    @Test
    void chaChaPolySealsAsPublishedAndOpensNothingElse() {
        int run = each("chacha20_poly1305_test.json", (group, test) -> {
            byte[] nonce = Vectors.hex(test, "iv");
            byte[] aad = Vectors.hex(test, "aad");
            byte[] message = Vectors.hex(test, "msg");
            byte[] sealed = concat(Vectors.hex(test, "ct"), Vectors.hex(test, "tag"));
            byte[] opened = new byte[message.length];
            byte[] again = new byte[sealed.length];
            try (ChaChaPoly opener = ChaChaPoly.opener(Vectors.hex(test, "key"));
                    ChaChaPoly sealer = ChaChaPoly.sealer(Vectors.hex(test, "key"))) {
                if (nonce.length != ChaChaPoly.NONCE_BYTES) {
                    assertThatThrownBy(() -> opener.run(nonce, aad, whole(sealed), opened, 0))
                            .as(label(test))
                            .isInstanceOf(IllegalStateException.class);
                    return;
                }
                assertThat(opener.run(nonce, aad, whole(sealed), opened, 0))
                        .as(label(test))
                        .isEqualTo(valid(test));
                sealer.run(nonce, aad, whole(message), again, 0);
            }
            assertThat(Arrays.equals(again, sealed)).as(label(test)).isEqualTo(valid(test));
            if (valid(test)) {
                assertThat(opened).as(label(test)).isEqualTo(message);
            }
        });

        assertThat(run).isGreaterThan(300);
    }

    @Test
    void ed25519VerifiesWhatIsPublishedAsValidAndNothingElse() {
        int[] good = {0};
        int run = each("ed25519_test.json", (group, test) -> {
            byte[] publicKey = Vectors.hex(group.getAsJsonObject("publicKey"), "pk");
            byte[] message = Vectors.hex(test, "msg");
            byte[] signature = Vectors.hex(test, "sig");
            boolean verified = signature.length == Ed25519.SIGNATURE_SIZE
                    && Ed25519.validatePublicKeyFull(publicKey, 0)
                    && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
            assertThat(verified).as(label(test)).isEqualTo(valid(test));
            if (verified) {
                // Whoever verifies a point of ours verifies the same one.
                assertThat(Point.decodePrimeOrder(publicKey)).as(label(test)).isPresent();
                good[0]++;
            }
        });

        assertThat(run).isGreaterThan(140);
        assertThat(good[0]).isGreaterThan(80);
    }

    @Test
    void hkdfDerivesTheExpectedKeys() {
        int run = each("hkdf_sha256_test.json", (group, test) -> {
            int size = test.get("size").getAsInt();
            Optional<byte[]> derived = derive(test, size);
            assertThat(derived.isPresent()).as(label(test)).isEqualTo(valid(test));
            derived.ifPresent(key -> assertThat(key).as(label(test)).isEqualTo(Vectors.hex(test, "okm")));
        });

        assertThat(run).isGreaterThan(50);
    }

    @Test
    void hmacGivesTheExpectedTags() {
        int run = each("hmac_sha256_test.json", (group, test) -> {
            byte[] tag = Vectors.hex(test, "tag");
            byte[] computed = Hmac.sha256(Vectors.hex(test, "key"), Vectors.hex(test, "msg"));
            assertThat(Arrays.equals(Arrays.copyOf(computed, tag.length), tag))
                    .as(label(test))
                    .isEqualTo(valid(test));
        });

        assertThat(run).isGreaterThan(100);
    }

    @Test
    void x25519GivesTheExpectedSecretsAndRefusesZero() {
        int run = each("x25519_test.json", (group, test) -> {
            byte[] secret = new byte[32];
            boolean agreed = X25519.calculateAgreement(
                    Vectors.hex(test, "private"), 0, Vectors.hex(test, "public"), 0, secret, 0);
            assertThat(secret).as(label(test)).isEqualTo(Vectors.hex(test, "shared"));
            assertThat(agreed).as(label(test)).isEqualTo(!Arrays.equals(secret, new byte[32]));
        });

        assertThat(run).isGreaterThan(400);
    }

    static int each(String file, BiConsumer<JsonObject, JsonObject> check) {
        int run = 0;
        for (JsonElement group :
                Vectors.json("wycheproof", file, JsonObject.class).getAsJsonArray("testGroups")) {
            for (JsonElement test : group.getAsJsonObject().getAsJsonArray("tests")) {
                check.accept(group.getAsJsonObject(), test.getAsJsonObject());
                run++;
            }
        }
        return run;
    }

    static boolean valid(JsonObject test) {
        return !test.get("result").getAsString().equals("invalid");
    }

    static String label(JsonObject test) {
        return "tcId " + test.get("tcId") + " " + test.get("comment");
    }

    private static ChaChaPoly.Span whole(byte[] bytes) {
        return new ChaChaPoly.Span(bytes, 0, bytes.length);
    }

    static byte[] concat(byte[] left, byte[] right) {
        byte[] both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }

    private static Optional<byte[]> derive(JsonObject test, int size) {
        try {
            return Optional.of(
                    Hkdf.sha256(Vectors.hex(test, "ikm"), Vectors.hex(test, "salt"), Vectors.hex(test, "info"), size));
        } catch (RuntimeException tooLong) {
            return Optional.empty();
        }
    }
}
