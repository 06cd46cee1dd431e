package beacon.model.blake3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.model.Vectors;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class Blake3Test {
    @Example
    void reproducesThePublishedVectors() throws IOException {
        JsonObject vectors = JsonParser.parseString(
                        Files.readString(Vectors.folder("blake3").resolve("test_vectors.json")))
                .getAsJsonObject();
        byte[] key = vectors.get("key").getAsString().getBytes(StandardCharsets.US_ASCII);
        String context = vectors.get("context_string").getAsString();

        for (JsonElement element : vectors.getAsJsonArray("cases")) {
            JsonObject vector = element.getAsJsonObject();
            byte[] input = pattern(vector.get("input_len").getAsInt());

            assertMatches(Blake3.hasher(), input, vector, "hash");
            assertMatches(Blake3.keyed(key), input, vector, "keyed_hash");
            assertMatches(Blake3.deriving(context), input, vector, "derive_key");
            assertThat(HexFormat.of().formatHex(Blake3.hash(input)))
                    .isEqualTo(vector.get("hash").getAsString().substring(0, 64));
        }
    }

    private static void assertMatches(Blake3 hasher, byte[] input, JsonObject vector, String mode) {
        String expected = vector.get(mode).getAsString();
        hasher.update(input);

        assertThat(HexFormat.of().formatHex(hasher.digest(expected.length() / 2)))
                .as("%s of %d bytes", mode, input.length)
                .isEqualTo(expected);
        assertThat(HexFormat.of().formatHex(hasher.digest())).isEqualTo(expected.substring(0, 64));
    }

    private static byte[] pattern(int length) {
        byte[] input = new byte[length];
        for (int i = 0; i < length; i++) {
            input[i] = (byte) (i % 251);
        }
        return input;
    }

    @Property(tries = 60)
    void piecesGiveWhatTheWholeGives(@ForAll @IntRange(max = 600_000) int length, @ForAll long seed) {
        Random random = new Random(seed);
        byte[] input = new byte[length];
        random.nextBytes(input);
        Blake3 hasher = Blake3.hasher();

        int at = 0;
        while (at < length) {
            int piece = Math.min(length - at, 1 + random.nextInt(random.nextBoolean() ? 100_000 : 2_000));
            if (random.nextBoolean()) {
                hasher.update(input, at, piece);
            } else {
                hasher.update(ByteBuffer.wrap(input, at, piece).asReadOnlyBuffer());
            }
            at += piece;
        }

        assertThat(hasher.digest()).isEqualTo(Blake3.hash(input));
        // Side by side and one after the other are two ways to the same tree.
        assertThat(chunkByChunk(input, 0, length, 0).root(32)).isEqualTo(Blake3.hash(input));
    }

    /** The tree without lanes: a subtree that is not complete never takes them. */
    private static Node chunkByChunk(byte[] input, int offset, int length, long first) {
        Subtree tree = new Subtree(Mode.HASH);
        if (length <= Compression.CHUNK_BYTES) {
            return tree.node(input, offset, length, first);
        }
        int left = (int) Subtree.leftBytes(length);
        return Node.parent(
                chunkByChunk(input, offset, left, first).value(),
                chunkByChunk(input, offset + left, length - left, first + left / Compression.CHUNK_BYTES)
                        .value(),
                Mode.HASH);
    }

    @Example
    void aDigestMayBeFollowedByMoreBytes() {
        byte[] input = pattern(70_000);
        Blake3 hasher = Blake3.hasher().update(input, 0, 65_536);

        assertThat(hasher.digest()).isEqualTo(Blake3.hash(Arrays.copyOf(input, 65_536)));
        assertThat(hasher.update(input, 65_536, 4_464).digest()).isEqualTo(Blake3.hash(input));
    }

    @Example
    void refusesAKeyOfAnotherLength() {
        assertThatThrownBy(() -> Blake3.keyed(new byte[31]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a key of 32 bytes, but found 31");
    }
}
