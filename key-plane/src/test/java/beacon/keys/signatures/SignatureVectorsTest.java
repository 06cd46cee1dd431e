package beacon.keys.signatures;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.Vectors;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;

/** What verifies and what does not, as Wycheproof has it. */
class SignatureVectorsTest {
    private int valid;
    private int invalid;

    @Test
    void ed25519VerifiesAsWycheproofSays() {
        for (JsonElement group : groups("ed25519_test.json")) {
            byte[] key = Vectors.hex(group.getAsJsonObject().getAsJsonObject("publicKey"), "pk");
            check(Algorithm.ED25519, key, group.getAsJsonObject());
        }

        assertThat(valid).isGreaterThan(80);
        assertThat(invalid).isGreaterThan(60);
    }

    @Test
    void mlDsaVerifiesAsWycheproofSays() {
        for (JsonElement group : groups("mldsa_65_verify_test.json")) {
            check(Algorithm.ML_DSA_65, Vectors.hex(group.getAsJsonObject(), "publicKey"), group.getAsJsonObject());
        }

        assertThat(valid).isGreaterThan(30);
        assertThat(invalid).isGreaterThan(100);
    }

    private void check(Algorithm algorithm, byte[] key, JsonObject group) {
        for (JsonElement element : group.getAsJsonArray("tests")) {
            JsonObject test = element.getAsJsonObject();
            if (test.has("ctx") && !test.get("ctx").getAsString().isEmpty()) {
                continue; // We sign with the empty context: the use is part of the message.
            }
            boolean expected = test.get("result").getAsString().equals("valid");

            boolean verified = Signatures.verify(algorithm, key, Vectors.hex(test, "msg"), Vectors.hex(test, "sig"));

            assertThat(verified)
                    .as("tcId %s %s", test.get("tcId"), test.get("comment"))
                    .isEqualTo(expected);
            valid += expected ? 1 : 0;
            invalid += expected ? 0 : 1;
        }
    }

    private static Iterable<JsonElement> groups(String file) {
        return Vectors.json("wycheproof", file, JsonObject.class).getAsJsonArray("testGroups");
    }
}
