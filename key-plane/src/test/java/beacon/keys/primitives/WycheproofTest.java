package beacon.keys.primitives;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.Vectors;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;

/** The libraries behind our primitives give Wycheproof's verdicts. */
class WycheproofTest {
    @Test
    void chaChaPolyOpensWhatIsAuthenticAndNothingElse() {
        int run = each("chacha20_poly1305_test.json", (group, test) -> {
            byte[] sealed = concat(Vectors.hex(test, "ct"), Vectors.hex(test, "tag"));
            boolean inScope = group.get("ivSize").getAsInt() == 96 && Vectors.hex(test, "aad").length == 0;
            if (!inScope) {
                return;
            }
            byte[] plain = new byte[Math.max(0, sealed.length - ChaChaPoly.TAG_BYTES)];
            boolean opened;
            try (ChaChaPoly opener = ChaChaPoly.opener(Vectors.hex(test, "key"))) {
                opened = opener.run(Vectors.hex(test, "iv"), new ChaChaPoly.Span(sealed, 0, sealed.length), plain, 0);
            }
            assertThat(opened).as(label(test)).isEqualTo(valid(test));
            if (opened) {
                assertThat(plain).as(label(test)).isEqualTo(Vectors.hex(test, "msg"));
            }
        });

        assertThat(run).isGreaterThan(200);
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
