package beacon.index.journal.file;

import java.nio.ByteBuffer;
import java.util.Objects;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.core.io.Closeable;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.Wire;

/** Chronicle Queue, used for the one thing it does here: appending records to the cycle files. One thread at a time. */
final class QueueWriter implements AutoCloseable {
    /** Chronicle's file of locks and counters. */
    static final String BOOKKEEPING_FILE = SingleChronicleQueue.QUEUE_METADATA_FILE;

    private static final long BLOCK_BYTES = 16L << 20;
    private static final long LOCK_TIMEOUT_MILLIS = 1_000;
    private static final int BOOKKEEPING_BYTES = 1 << 16;

    /** Chronicle remembers here up to which cycle it marked the ends of files; else it would open them all. */
    private static final String ENDS_MARKED = "normalisedEOFsTo";

    private final CycleFiles files;
    private final EventRollCycle rollCycle;
    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final Bytes<ByteBuffer> record = Bytes.elasticByteBuffer(1 << 10, 1 << 22);
    private final RecordChecksum checksum = new RecordChecksum();
    private int cycle;

    private QueueWriter(CycleFiles files, int cycle) {
        QuietChronicle.settle();
        this.files = files;
        this.rollCycle = new EventRollCycle(files.pattern());
        this.cycle = cycle;
        // Its locks and counters are worth nothing after a crash, and all of them follow from the files.
        SpaceReserve.fill(files.directory().resolve(BOOKKEEPING_FILE).toFile(), BOOKKEEPING_BYTES);
        this.queue = SingleChronicleQueueBuilder.binary(files.directory())
                .rollCycle(rollCycle)
                .timeProvider(() -> EventRollCycle.millisOf(this.cycle))
                .indexCount(QueueLayout.INDEX_COUNT)
                .indexSpacing(QueueLayout.INDEX_SPACING)
                .blockSize(BLOCK_BYTES)
                .timeoutMS(LOCK_TIMEOUT_MILLIS)
                .build();
        queue.tableStorePut(ENDS_MARKED, cycle);
        this.appender = queue.createAppender();
    }

    /** Opens files that recovery has left in order. */
    static QueueWriter after(CycleFiles files, long lastSequence) {
        if (lastSequence == 0) {
            return startingAt(files, 0);
        }
        QueueWriter writer = new QueueWriter(files, files.cycleOf(lastSequence));
        writer.checkEnd(lastSequence);
        return writer;
    }

    /** Starts an empty directory at the given cycle. */
    static QueueWriter startingAt(CycleFiles files, int cycle) {
        return new QueueWriter(files, cycle);
    }

    private void checkEnd(long lastSequence) {
        long expected = indexOf(lastSequence);
        long found = queue.lastIndex();
        if (found != expected) {
            close();
            throw new IllegalStateException("expected the queue in %s to end at index %x, but found %x"
                    .formatted(files.directory(), expected, found));
        }
    }

    private long indexOf(long sequence) {
        return rollCycle.toIndex(files.cycleOf(sequence), files.placeOf(sequence));
    }

    /**
     * Appends one record.
     *
     * @return where the record ends in its file
     */
    long append(long sequence, byte[] bytes, int offset, int length) {
        cycle = files.cycleOf(sequence);
        record.clear();
        record.writeInt(checksum.of(sequence, bytes, offset, length));
        record.write(bytes, offset, length);
        appender.writeBytes(record);
        long index = appender.lastIndexAppended();
        if (index != indexOf(sequence)) {
            throw new IllegalStateException(
                    "expected queue index %x, but found %x".formatted(indexOf(sequence), index));
        }
        Wire wire = Objects.requireNonNull(appender.wire());
        return wire.bytes().writePosition();
    }

    @Override
    public void close() {
        Closeable.closeQuietly(appender, queue);
        record.releaseLast();
        BackgroundResourceReleaser.releasePendingResources();
    }
}
