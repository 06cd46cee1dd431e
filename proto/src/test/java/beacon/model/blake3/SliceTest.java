package beacon.model.blake3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.model.Vectors;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SliceTest {
    @Example
    void encodesEverythingAsTheBaoVectorsDo() throws IOException {
        for (JsonElement element : bao().getAsJsonArray("encode")) {
            JsonObject vector = element.getAsJsonObject();
            byte[] content = counters(vector.get("input_len").getAsInt());

            byte[] encoded = Slice.extract(content, 0, content.length);

            assertEncoded(encoded, vector, "encoded_blake3");
            byte[] root = root(vector);
            assertThat(Slice.verify(root, 0, content.length, encoded).bytes().toByteArray())
                    .isEqualTo(content);
            assertRefusesCorruption(vector, encoded, root, 0, content.length);
        }
    }

    @Example
    void slicesAsTheBaoVectorsDo() throws IOException {
        for (JsonElement element : bao().getAsJsonArray("slice")) {
            JsonObject input = element.getAsJsonObject();
            byte[] content = counters(input.get("input_len").getAsInt());
            for (JsonElement each : input.getAsJsonArray("slices")) {
                JsonObject vector = each.getAsJsonObject();
                long start = vector.get("start").getAsLong();
                long length = vector.get("len").getAsLong();

                byte[] slice = Slice.extract(content, start, length);

                assertEncoded(slice, vector, "output_blake3");
                Slice verified = Slice.verify(root(input), start, length, slice);
                assertThat(verified.bytes().toByteArray()).isEqualTo(part(content, start, length));
                assertThat(verified.contentBytes()).isEqualTo(content.length);
                assertRefusesCorruption(vector, slice, root(input), start, length);
            }
        }
    }

    private static void assertEncoded(byte[] found, JsonObject vector, String hash) {
        assertThat(found).hasSize(vector.get("output_len").getAsInt());
        assertThat(HexFormat.of().formatHex(Blake3.hash(found)))
                .isEqualTo(vector.get(hash).getAsString());
    }

    private static void assertRefusesCorruption(JsonObject vector, byte[] slice, byte[] root, long start, long length) {
        for (JsonElement at : vector.getAsJsonArray("corruptions")) {
            byte[] corrupt = slice.clone();
            corrupt[at.getAsInt()] ^= 1;
            assertThatThrownBy(() -> Slice.verify(root, start, length, corrupt))
                    .as("byte %s of %s", at, vector)
                    .isInstanceOf(BadSliceException.class);
        }
    }

    @Property(tries = 200)
    void aSliceBringsItsPartAndNoOther(
            @ForAll @IntRange(max = 200_000) int size, @ForAll long seed, @ForAll boolean lateStart) {
        Random random = new Random(seed);
        byte[] content = new byte[size];
        random.nextBytes(content);
        byte[] root = Blake3.hash(content);
        long start = lateStart ? random.nextLong() >>> (1 + random.nextInt(60)) : random.nextInt(size + 2);
        long length = random.nextBoolean() ? random.nextLong() >>> 1 : random.nextInt(5_000);

        byte[] slice = Slice.extract(content, start, length);

        assertThat(Slice.verify(root, start, length, slice).bytes().toByteArray())
                .isEqualTo(part(content, start, length));
        assertThatThrownBy(() -> Slice.verify(root, start, length, Arrays.copyOf(slice, slice.length + 1)))
                .isInstanceOf(BadSliceException.class);
        assertThatThrownBy(() -> Slice.verify(root, start, length, Arrays.copyOf(slice, slice.length - 1)))
                .isInstanceOf(BadSliceException.class);
        if (slice.length > 8) {
            byte[] corrupt = slice.clone();
            corrupt[8 + random.nextInt(slice.length - 8)] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> Slice.verify(root, start, length, corrupt)).isInstanceOf(BadSliceException.class);
        }
    }

    @Example
    void aLengthOfExabytesCostsNothing() {
        byte[] content = counters(5_000);
        byte[] slice = Slice.extract(content, 4_000, 10);
        ByteBuffer.wrap(slice).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE);
        byte[] root = Blake3.hash(content);

        assertThatThrownBy(() -> Slice.verify(root, 4_000, 10, slice)).isInstanceOf(BadSliceException.class);
        assertThatThrownBy(() -> Slice.verify(root, 4_000, 10, new byte[] {1, 2, 3}))
                .isInstanceOf(BadSliceException.class)
                .hasMessage("expected a length of 8 bytes, but found 3");
    }

    private static byte[] part(byte[] content, long start, long length) {
        int from = (int) Math.min(content.length, start);
        return Arrays.copyOfRange(content, from, from + (int) Math.min(content.length - from, length));
    }

    private static byte[] root(JsonObject vector) {
        return HexFormat.of().parseHex(vector.get("bao_hash").getAsString());
    }

    private static byte[] counters(int length) {
        ByteBuffer counters = ByteBuffer.allocate(length + 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; counters.position() < length; i++) {
            counters.putInt(i);
        }
        return Arrays.copyOf(counters.array(), length);
    }

    private static JsonObject bao() throws IOException {
        return JsonParser.parseString(Files.readString(Vectors.folder("bao").resolve("test_vectors.json")))
                .getAsJsonObject();
    }
}
