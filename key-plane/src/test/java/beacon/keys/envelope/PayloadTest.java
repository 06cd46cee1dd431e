package beacon.keys.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.keys.TestEntropy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {
    private static final int CHUNK = PayloadLayout.CHUNK_BYTES;
    private static final int SEALED = PayloadLayout.SEALED_CHUNK_BYTES;

    private final FileKey fileKey = FileKey.generate(new TestEntropy(7));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17})
    void opensWhatItSealed(int size) throws IOException {
        byte[] plain = random(size);

        Sealed sealed = seal(plain, size);

        assertThat(open(sealed)).isEqualTo(plain);
        assertThat(sealed.bytes).hasSize((int) PayloadLayout.sealedBytes(size));
        assertThat(PayloadLayout.plainBytes(sealed.bytes.length)).isEqualTo(size);
    }

    @Property(tries = 60)
    void sealsTheSameHoweverTheWritesAreCut(
            @ForAll @IntRange(max = 3 * CHUNK) int size, @ForAll @IntRange(min = 1, max = 2 * CHUNK) int part)
            throws IOException {
        byte[] plain = random(size);

        assertThat(seal(plain, part).bytes).isEqualTo(seal(plain, size).bytes);
    }

    @Property(tries = 60)
    void readsEveryRange(
            @ForAll @IntRange(max = 3 * CHUNK) int size,
            @ForAll @IntRange(max = 3 * CHUNK) int from,
            @ForAll @IntRange(max = 3 * CHUNK) int length)
            throws IOException {
        byte[] plain = random(size);
        int start = Math.min(from, size);
        int count = Math.min(length, size - start);

        byte[] range = view(seal(plain, size)).read(start, count);

        assertThat(range).isEqualTo(Arrays.copyOfRange(plain, start, start + count));
    }

    @Test
    void aRangeReadTouchesOnlyTheChunksItLiesIn() throws IOException {
        Sealed sealed = seal(random(9 * CHUNK), 9 * CHUNK);
        TreeSet<Long> touched = new TreeSet<>();
        PayloadSource source = source(sealed.bytes, touched);

        new PayloadView(fileKey, sealed.nonce, source).read(3L * CHUNK + 100, CHUNK);

        assertThat(touched).containsExactly(3L * SEALED, 4L * SEALED);
    }

    @Test
    void aViewOfAPayloadCutAtAChunkRefusesItsSizeAndItsLastChunk() throws IOException {
        Sealed sealed = seal(random(4 * CHUNK), 4 * CHUNK);
        PayloadView cut = view(new Sealed(sealed.nonce, Arrays.copyOf(sealed.bytes, 3 * SEALED)));

        assertThatThrownBy(cut::verifiedSizeBytes).isInstanceOf(AgeException.BadPayload.class);
        assertThatThrownBy(() -> cut.read(2L * CHUNK, 1)).isInstanceOf(AgeException.BadPayload.class);
        assertThat(cut.read(CHUNK, 1)).hasSize(1);
    }

    @Test
    void anExceptionInTheMiddleLeavesNoValidPayload() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PayloadWriter writer = new PayloadWriter(fileKey, new TestEntropy(3), out);
        writer.write(random(2 * CHUNK));
        writer.close();

        Sealed unfinished = new Sealed(writer.nonce().toByteArray(), out.toByteArray());

        assertThatThrownBy(() -> open(unfinished)).isInstanceOf(AgeException.BadPayload.class);
    }

    @Test
    void truncatedExtendedAndReorderedChunksAreRefused() throws IOException {
        Sealed sealed = seal(random(3 * CHUNK + 5), CHUNK);
        byte[] swapped = sealed.bytes.clone();
        System.arraycopy(sealed.bytes, 0, swapped, SEALED, SEALED);
        System.arraycopy(sealed.bytes, SEALED, swapped, 0, SEALED);

        for (byte[] changed : new byte[][] {
            Arrays.copyOf(sealed.bytes, 3 * SEALED),
            Arrays.copyOf(sealed.bytes, sealed.bytes.length - 1),
            Arrays.copyOf(sealed.bytes, sealed.bytes.length + 1),
            Arrays.copyOfRange(sealed.bytes, SEALED, sealed.bytes.length),
            swapped
        }) {
            assertThatThrownBy(() -> open(new Sealed(sealed.nonce, changed)))
                    .isInstanceOf(AgeException.BadPayload.class);
        }
    }

    @Test
    void aRangeReadRefusesChunksThatWereReorderedRepeatedOrTakenFromAnotherPayload() throws IOException {
        Sealed sealed = seal(random(4 * CHUNK), CHUNK);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PayloadWriter writer = new PayloadWriter(fileKey, new TestEntropy(4), out);
        writer.write(random(4 * CHUNK));
        writer.finish();

        for (byte[] second : new byte[][] {
            Arrays.copyOfRange(sealed.bytes, 2 * SEALED, 3 * SEALED),
            Arrays.copyOf(sealed.bytes, SEALED),
            Arrays.copyOfRange(out.toByteArray(), SEALED, 2 * SEALED),
            new byte[SEALED]
        }) {
            byte[] changed = sealed.bytes.clone();
            System.arraycopy(second, 0, changed, SEALED, SEALED);
            Sealed bad = new Sealed(sealed.nonce, changed);

            assertThat(view(bad).read(0, CHUNK)).isEqualTo(view(sealed).read(0, CHUNK));
            assertThatThrownBy(() -> view(bad).read(CHUNK + 5L, 1)).isInstanceOf(AgeException.BadPayload.class);
            assertThatThrownBy(() -> open(bad)).isInstanceOf(AgeException.BadPayload.class);
        }
    }

    @Property(tries = 100)
    void opensTheSameHoweverTheReadsAreCut(
            @ForAll @IntRange(max = 4 * CHUNK) int size, @ForAll @IntRange(min = 1, max = 3 * CHUNK) int part)
            throws IOException {
        byte[] plain = random(size);
        Sealed sealed = seal(plain, CHUNK);
        PayloadReader reader = new PayloadReader(fileKey, sealed.nonce, new ByteArrayInputStream(sealed.bytes));
        ByteArrayOutputStream opened = new ByteArrayOutputStream();
        byte[] buffer = new byte[part + 7];

        for (int read = reader.read(buffer, 7, part); read >= 0; read = reader.read(buffer, 7, part)) {
            opened.write(buffer, 7, read);
        }

        assertThat(opened.toByteArray()).isEqualTo(plain);
        assertThat(buffer).startsWith(new byte[7]);
    }

    @Test
    void aLargeReadOfAForgedChunkLeavesNothingInTheBuffer() throws IOException {
        Sealed sealed = seal(random(2 * CHUNK), CHUNK);
        sealed.bytes[SEALED + 5] ^= 1;
        PayloadReader reader = new PayloadReader(fileKey, sealed.nonce, new ByteArrayInputStream(sealed.bytes));
        byte[] buffer = new byte[2 * CHUNK];
        assertThat(reader.read(new byte[CHUNK])).isEqualTo(CHUNK);

        assertThatThrownBy(() -> reader.read(buffer)).isInstanceOf(AgeException.BadPayload.class);

        assertThat(buffer).isEqualTo(new byte[2 * CHUNK]);
    }

    @Test
    void aReaderGivesOutNothingOfAChunkThatIsNotInItsPlace() throws IOException {
        Sealed sealed = seal(random(3 * CHUNK), CHUNK);
        byte[] changed = sealed.bytes.clone();
        System.arraycopy(sealed.bytes, 2 * SEALED, changed, SEALED, SEALED);
        ByteArrayOutputStream released = new ByteArrayOutputStream();

        assertThatThrownBy(() -> new PayloadReader(fileKey, sealed.nonce, new ByteArrayInputStream(changed))
                        .transferTo(released))
                .isInstanceOf(AgeException.BadPayload.class);

        assertThat(released.toByteArray()).isEqualTo(Arrays.copyOf(open(sealed), CHUNK));
    }

    @Property(tries = 200)
    void anyFlippedBitIsRefused(@ForAll @IntRange(max = 8 * (CHUNK + 48) - 1) int bit) throws IOException {
        Sealed sealed = seal(random(CHUNK + 16), CHUNK);
        byte[] changed = sealed.bytes.clone();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));

        assertThatThrownBy(() -> open(new Sealed(sealed.nonce, changed))).isInstanceOf(AgeException.BadPayload.class);
    }

    @Test
    void sealingTakesConstantMemoryWhateverTheSize() throws IOException {
        long[] written = {0};
        int[] largest = {0};
        OutputStream counter = new OutputStream() {
            @Override
            public void write(int b) {
                written[0]++;
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                written[0] += length;
                largest[0] = Math.max(largest[0], length);
            }
        };
        PayloadWriter writer = new PayloadWriter(fileKey, new TestEntropy(3), counter);
        byte[] megabyte = random(1 << 20);

        for (int i = 0; i < 48; i++) {
            writer.write(megabyte);
        }
        writer.finish();

        assertThat(written[0]).isEqualTo(PayloadLayout.sealedBytes(48L << 20));
        assertThat(largest[0]).isEqualTo(SEALED);
    }

    private Sealed seal(byte[] plain, int part) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PayloadWriter writer = new PayloadWriter(fileKey, new TestEntropy(3), out);
        for (int from = 0; from < plain.length; from += Math.max(1, part)) {
            writer.write(plain, from, Math.min(Math.max(1, part), plain.length - from));
        }
        writer.finish();
        return new Sealed(writer.nonce().toByteArray(), out.toByteArray());
    }

    private byte[] open(Sealed sealed) throws IOException {
        return new PayloadReader(fileKey, sealed.nonce, new ByteArrayInputStream(sealed.bytes)).readAllBytes();
    }

    private PayloadView view(Sealed sealed) {
        return new PayloadView(fileKey, sealed.nonce, source(sealed.bytes, new TreeSet<>()));
    }

    private static PayloadSource source(byte[] bytes, Set<Long> touched) {
        return new PayloadSource() {
            @Override
            public long sizeBytes() {
                return bytes.length;
            }

            @Override
            public void read(long position, byte[] target, int offset, int length) {
                touched.add(position);
                System.arraycopy(bytes, (int) position, target, offset, length);
            }
        };
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Sealed(byte[] nonce, byte[] bytes) {}
}
