package beacon.index.journal;

import beacon.index.log.RecordReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A {@link Journal} in memory, for tests and the simulator. Belongs to one thread, its readers included. */
public final class MemoryJournal implements Journal {
    private final List<byte[]> records = new ArrayList<>();
    private long sizeBytes;

    @Override
    public long lastSequence() {
        return records.size();
    }

    @Override
    public void append(long sequence, byte[] bytes) {
        if (sequence != lastSequence() + 1) {
            throw new JournalException.OutOfOrder(lastSequence() + 1, sequence);
        }
        records.add(bytes.clone());
        sizeBytes += bytes.length;
    }

    @Override
    public void sync() {
        // Memory has no stable storage to wait for.
    }

    @Override
    public RecordReader readFrom(long firstSequence) {
        if (firstSequence < 1 || firstSequence > lastSequence() + 1) {
            throw new JournalException.NoSuchSequence(firstSequence, lastSequence());
        }
        return new Reader(firstSequence);
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void close() {
        // The records stay readable: a simulated restart opens the same journal again.
    }

    private final class Reader implements RecordReader {
        private long next;
        private byte[] buffer = new byte[256];
        private int length;

        Reader(long firstSequence) {
            this.next = firstSequence;
        }

        @Override
        public boolean next() {
            if (next > lastSequence()) {
                return false;
            }
            byte[] record = records.get(Math.toIntExact(next - 1));
            if (buffer.length < record.length) {
                buffer = Arrays.copyOf(record, record.length);
            } else {
                System.arraycopy(record, 0, buffer, 0, record.length);
            }
            length = record.length;
            next++;
            return true;
        }

        @Override
        public long sequence() {
            return next - 1;
        }

        @Override
        public byte[] buffer() {
            return buffer;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
