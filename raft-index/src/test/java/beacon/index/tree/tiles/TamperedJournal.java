package beacon.index.tree.tiles;

import beacon.index.journal.Journal;
import beacon.index.journal.JournalException;
import beacon.index.log.RecordReader;
import beacon.proto.v1.DecisionRecorded;
import beacon.proto.v1.Event;
import beacon.proto.v1.RecordedEvent;
import com.google.protobuf.ByteString;
import java.util.function.UnaryOperator;

/** A journal in memory whose past can be changed and damaged. One thread appends, others may read. */
public final class TamperedJournal implements Journal {
    private byte[][] records = new byte[1024][];
    private volatile long last;
    private volatile long damaged = Long.MAX_VALUE;

    /** A journal with the given number of recorded events. */
    public static TamperedJournal of(int count) {
        TamperedJournal journal = new TamperedJournal();
        for (int i = 1; i <= count; i++) {
            journal.append(i, recorded(i));
        }
        return journal;
    }

    /** Canonical bytes of some event with that sequence. */
    public static byte[] recorded(long sequence) {
        return event(sequence).build().toByteArray();
    }

    /** Some event with that sequence. */
    public static RecordedEvent.Builder event(long sequence) {
        return RecordedEvent.newBuilder()
                .setSequence(sequence)
                .setTerm(3)
                .setTimeUnixMicros(1_700_000_000_000_000L + sequence / 10)
                .setActor("anna")
                .setRequestId(ByteString.copyFrom(new byte[16]))
                .setFingerprint(sequence * 0x9E3779B97F4A7C15L)
                .setCount(1)
                .setEvent(Event.newBuilder()
                        .setDecisionRecorded(DecisionRecorded.newBuilder()
                                .setId("dr-" + sequence)
                                .setPayload(ByteString.copyFromUtf8("because ".repeat((int) (sequence % 7))))));
    }

    /** Changes a record in place. */
    public void tamper(long sequence, UnaryOperator<byte[]> change) {
        records[(int) sequence - 1] = change.apply(records[(int) sequence - 1].clone());
    }

    /** Makes readers say that a record is damaged. */
    public void damage(long sequence) {
        damaged = sequence;
    }

    /** Loses the end. */
    public void truncate(long newLast) {
        last = newLast;
    }

    public byte[] get(long sequence) {
        return records[(int) sequence - 1];
    }

    @Override
    public long lastSequence() {
        return last;
    }

    @Override
    public void append(long sequence, byte[] bytes) {
        if (sequence != last + 1) {
            throw new JournalException.OutOfOrder(last + 1, sequence);
        }
        if (last == records.length) {
            records = java.util.Arrays.copyOf(records, records.length * 2);
        }
        records[(int) last] = bytes.clone();
        last = sequence;
    }

    @Override
    public void sync() {
        // In memory.
    }

    @Override
    public RecordReader readFrom(long firstSequence) {
        if (firstSequence < 1 || firstSequence > last + 1) {
            throw new JournalException.NoSuchSequence(firstSequence, last);
        }
        return new Reader(firstSequence - 1);
    }

    @Override
    public long sizeBytes() {
        return 0;
    }

    @Override
    public void close() {
        // In memory.
    }

    private final class Reader implements RecordReader {
        private long at;

        private Reader(long at) {
            this.at = at;
        }

        @Override
        public boolean next() {
            if (at >= last) {
                return false;
            }
            if (at + 1 >= damaged) {
                throw new JournalException.Damaged(damaged, "its checksum is wrong");
            }
            at++;
            return true;
        }

        @Override
        public long sequence() {
            return at;
        }

        @Override
        public byte[] buffer() {
            return records[(int) at - 1];
        }

        @Override
        public int length() {
            return buffer().length;
        }

        @Override
        public void close() {
            // In memory.
        }
    }
}
