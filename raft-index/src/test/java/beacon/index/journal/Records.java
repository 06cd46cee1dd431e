package beacon.index.journal;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.log.RecordReader;
import java.util.SplittableRandom;

/** Records whose content follows from their sequence, so that any process can tell whether one is right. */
public final class Records {
    private Records() {}

    /** Content of 0 to 399 bytes. */
    public static byte[] bytes(long sequence) {
        return bytes(sequence, (int) (((sequence * 2_654_435_761L) >>> 7) % 400));
    }

    public static byte[] bytes(long sequence, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(sequence).nextBytes(bytes);
        return bytes;
    }

    public static void appendTo(Journal journal, long lastSequence) {
        for (long sequence = journal.lastSequence() + 1; sequence <= lastSequence; sequence++) {
            journal.append(sequence, bytes(sequence));
        }
    }

    /** Reads from one sequence to another and holds each record against its content. */
    public static void assertReads(Journal journal, long first, long last) {
        try (RecordReader reader = journal.readFrom(first)) {
            for (long sequence = first; sequence <= last; sequence++) {
                assertThat(reader.next()).as("record %d", sequence).isTrue();
                assertThat(reader.sequence()).isEqualTo(sequence);
                if (!java.util.Arrays.equals(reader.copy(), bytes(sequence))) {
                    throw new AssertionError("record " + sequence + " is not what was appended");
                }
            }
        }
    }
}
