package beacon.keys.shares;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.Vectors;
import beacon.keys.primitives.Sha512;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;

/** Our group arithmetic signs as FROST(Ed25519, SHA-512) of RFC 9591 does, number by number. */
class FrostVectorsTest {
    private static final byte[] CONTEXT = ascii("FROST-ED25519-SHA512-v1");

    private final Entropy entropy = new TestEntropy(12);
    private final JsonObject vectors = Vectors.json("frost", "frost-ed25519-sha512.json", JsonObject.class);
    private final JsonObject inputs = vectors.getAsJsonObject("inputs");
    private final byte[] message = Vectors.hex(inputs, "message");
    private final Map<Integer, JsonObject> roundOne = outputs("round_one_outputs");
    private final Map<Integer, JsonObject> roundTwo = outputs("round_two_outputs");

    @Test
    void noncesAndBindingFactorsComeOut() {
        roundOne.forEach((signer, round) -> {
            for (String kind : new String[] {"hiding", "binding"}) {
                byte[] randomness = Vectors.hex(round, kind + "_nonce_randomness");
                Scalar nonce = hash(ascii("nonce"), randomness, share(signer).encode());

                assertThat(nonce).isEqualTo(scalar(round, kind + "_nonce"));
                assertThat(Point.baseTimes(nonce, entropy).encode())
                        .isEqualTo(Vectors.hex(round, kind + "_nonce_commitment"));
            }
            assertThat(hash(ascii("rho"), Vectors.hex(round, "binding_factor_input")))
                    .isEqualTo(scalar(round, "binding_factor"));
        });
    }

    @Test
    void signatureSharesAndTheirSumComeOutAndVerify() {
        Point commitment = Point.IDENTITY;
        for (JsonObject round : roundOne.values()) {
            Point bound = point(round, "binding_nonce_commitment").timesPublic(scalar(round, "binding_factor"));
            commitment =
                    commitment.plus(point(round, "hiding_nonce_commitment")).plus(bound);
        }
        byte[] publicKey = Vectors.hex(inputs, "group_public_key");
        Scalar challenge = Scalar.reduce(Sha512.plain()
                .raw(commitment.encode())
                .raw(publicKey)
                .raw(message)
                .digest());
        Scalar sum = Scalar.ZERO;
        for (Map.Entry<Integer, JsonObject> entry : roundOne.entrySet()) {
            JsonObject round = entry.getValue();
            Scalar nonce = Scalar.multiplyAdd(
                    scalar(round, "binding_nonce"), scalar(round, "binding_factor"), scalar(round, "hiding_nonce"));
            Scalar weight = Lagrange.atZero(entry.getKey(), new TreeSet<>(roundOne.keySet()));

            Scalar part = Scalar.multiplyAdd(weight.times(share(entry.getKey())), challenge, nonce);

            assertThat(part).isEqualTo(scalar(roundTwo.get(entry.getKey()), "sig_share"));
            sum = sum.plus(part);
        }
        ByteArrayOutputStream signature = new ByteArrayOutputStream();
        signature.writeBytes(commitment.encode());
        signature.writeBytes(sum.encode());
        assertThat(signature.toByteArray()).isEqualTo(Vectors.hex(vectors.getAsJsonObject("final_output"), "sig"));
        assertThat(Ed25519.verify(signature.toByteArray(), 0, publicKey, 0, message, 0, message.length))
                .isTrue();
    }

    private Scalar share(int signer) {
        for (JsonElement share : inputs.getAsJsonArray("participant_shares")) {
            if (share.getAsJsonObject().get("identifier").getAsInt() == signer) {
                return scalar(share.getAsJsonObject(), "participant_share");
            }
        }
        throw new IllegalStateException("expected a share of signer " + signer);
    }

    private Map<Integer, JsonObject> outputs(String round) {
        Map<Integer, JsonObject> outputs = new TreeMap<>();
        vectors.getAsJsonObject(round)
                .getAsJsonArray("outputs")
                .forEach(output ->
                        outputs.put(output.getAsJsonObject().get("identifier").getAsInt(), output.getAsJsonObject()));
        return outputs;
    }

    private static Scalar hash(byte[] use, byte[]... parts) {
        Sha512 hash = Sha512.plain().raw(CONTEXT).raw(use);
        for (byte[] part : parts) {
            hash.raw(part);
        }
        return Scalar.reduce(hash.digest());
    }

    private static Scalar scalar(JsonObject object, String member) {
        return Scalar.decode(Vectors.hex(object, member)).orElseThrow();
    }

    private static Point point(JsonObject object, String member) {
        return Point.decodePrimeOrder(Vectors.hex(object, member)).orElseThrow();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
