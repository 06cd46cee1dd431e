package beacon.index.state;

import beacon.index.journal.Journal;
import beacon.index.log.Append;
import beacon.index.log.AppendResult;
import beacon.index.log.RecordReader;
import beacon.index.log.Recorded;
import beacon.model.Event;
import beacon.model.EventCodec;
import beacon.model.RecordedEventWriter;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Carries one log entry through decide, journal, tree and evolve. The same code on the leader, on a follower, after a
 * restart and in the simulator; driven by one thread.
 *
 * <p>After a restart entries are applied again from the last snapshot on, and the journal may already have what they
 * produce. Then nothing is written; that the bytes are the same is checked instead, because a difference means that this
 * member would serve another history than the others.
 */
public final class LogApplier {
    private final IndexState state;
    private final Journal journal;
    private final HistoryTree tree;

    public LogApplier(IndexState state, Journal journal, HistoryTree tree) {
        this.state = state;
        this.journal = journal;
        this.tree = tree;
        if (tree.size() != state.lastSequence() || journal.lastSequence() < state.lastSequence()) {
            throw new IllegalStateException(
                    "expected state, tree and journal to be in step, but found sequences %d, %d and %d"
                            .formatted(state.lastSequence(), tree.size(), journal.lastSequence()));
        }
    }

    public IndexState state() {
        return state;
    }

    /** Applies one entry of the log; the results are in the order of its appends. */
    public List<AppendResult> apply(LogBatch batch, long term) {
        List<AppendResult> results = new ArrayList<>(batch.appends().size());
        for (Append append : batch.appends()) {
            results.add(apply(append, batch.timeUnixMicros(), term));
        }
        return results;
    }

    private AppendResult apply(Append append, long timeUnixMicros, long term) {
        Decision decision = IndexCore.decide(state, append, decode(append), timeUnixMicros, term);
        if (decision instanceof Decision.Accept accept) {
            return accept(accept.events());
        }
        if (decision instanceof Decision.Repeat repeat) {
            return earlierAnswer(repeat.firstSequence(), repeat.count());
        }
        Decision.Refuse refuse = (Decision.Refuse) decision;
        if (refuse.remembered()) {
            state.remember(append.requestId(), append.fingerprint(), refuse.refusal());
        }
        return new AppendResult.Refused(refuse.refusal());
    }

    private static List<Event> decode(Append append) {
        if (append.events().size() == 1) {
            return List.of(EventCodec.decode(append.events().get(0)));
        }
        List<Event> events = new ArrayList<>(append.events().size());
        for (ByteString bytes : append.events()) {
            events.add(EventCodec.decode(bytes));
        }
        return events;
    }

    private AppendResult accept(List<Recorded> events) {
        List<Long> revisions = new ArrayList<>(1);
        RecordedEventWriter writer = writerOf(events.get(0));
        for (Recorded recorded : events) {
            record(recorded, writer);
            if (recorded.revision() > 0) {
                revisions.add(recorded.revision());
            }
        }
        Recorded first = events.get(0);
        return new AppendResult.Accepted(first.sequence(), first.count(), first.timeUnixMicros(), revisions);
    }

    private static RecordedEventWriter writerOf(Recorded first) {
        return new RecordedEventWriter(new RecordedEventWriter.Shared(
                first.term(),
                first.timeUnixMicros(),
                first.actor(),
                first.requestId().high(),
                first.requestId().low(),
                first.fingerprint(),
                first.count()));
    }

    private void record(Recorded recorded, RecordedEventWriter writer) {
        byte[] bytes = writer.write(
                recorded.sequence(),
                recorded.ordinal(),
                recorded.revision(),
                recorded.previous(),
                recorded.eventBytes());
        if (recorded.sequence() > journal.lastSequence()) {
            journal.append(recorded.sequence(), bytes);
        } else {
            checkSameHistory(recorded.sequence(), bytes);
        }
        tree.append(bytes);
        state.evolve(recorded);
    }

    private void checkSameHistory(long sequence, byte[] bytes) {
        try (RecordReader reader = journal.readFrom(sequence)) {
            reader.next();
            if (!Arrays.equals(bytes, 0, bytes.length, reader.buffer(), 0, reader.length())) {
                throw new IllegalStateException(
                        "expected the log to repeat journal record %d, but found other bytes; this member's history"
                                        .formatted(sequence)
                                + " is not that of the cluster: wipe its data directory and let it catch up");
            }
        }
    }

    private AppendResult earlierAnswer(long firstSequence, int count) {
        List<Long> revisions = new ArrayList<>(1);
        long timeUnixMicros = 0;
        try (RecordReader reader = journal.readFrom(firstSequence)) {
            for (int i = 0; i < count && reader.next(); i++) {
                Recorded recorded = RecordedCodec.decode(reader.copy());
                timeUnixMicros = recorded.timeUnixMicros();
                if (recorded.revision() > 0) {
                    revisions.add(recorded.revision());
                }
            }
        }
        return new AppendResult.Accepted(firstSequence, count, timeUnixMicros, revisions);
    }
}
