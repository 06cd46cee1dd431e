package beacon.sim.cluster;

import beacon.index.journal.MemoryJournal;
import beacon.index.log.AppendResult;
import beacon.index.log.RecordReader;
import beacon.index.log.Recorded;
import beacon.index.state.IndexSnapshot;
import beacon.index.state.IndexState;
import beacon.index.state.LogApplier;
import beacon.index.state.RecordedCodec;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The production core of a member: what it makes of the log. Journal and snapshots are on its disk; a process that starts goes
 * on from the newest snapshot, as production does.
 */
final class MemberCore {
    private static final int SNAPSHOT_EVERY = 250;
    private static final int REQUEST_WINDOW = 1 << 12;

    private final boolean passesOver;

    // On disk.
    private MemoryJournal journal = new MemoryJournal();
    private @Nullable Saved saved;

    // Of the process.
    private LogApplier applier = fresh(journal);
    private int applied;

    /** A snapshot after so many entries of the log. */
    private record Saved(int applied, Bytes state) {}

    /** A state, written. */
    private static final class Bytes {
        private final byte[] bytes;

        Bytes(IndexState state) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            CodedOutputStream coded = CodedOutputStream.newInstance(out);
            try {
                state.capture().writeTo(coded);
                coded.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("expected memory to take a snapshot", e);
            }
            this.bytes = out.toByteArray();
        }

        IndexState read() {
            try {
                return IndexSnapshot.read(CodedInputStream.newInstance(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException("expected a snapshot that can be read", e);
            }
        }

        boolean isSame(Bytes other) {
            return Arrays.equals(bytes, other.bytes);
        }
    }

    /**
     * A core that has seen nothing.
     *
     * @param passesOver an entry whenever it starts from a snapshot, which is wrong
     */
    MemberCore(boolean passesOver) {
        this.passesOver = passesOver;
    }

    private static LogApplier fresh(MemoryJournal journal) {
        return new LogApplier(IndexState.empty(REQUEST_WINDOW), journal, new Leaves(0));
    }

    /** A process starts; its log has so many entries. */
    void open(int entries) {
        Saved from = saved;
        if (from == null || from.applied() >= entries) {
            applied = 0;
            applier = fresh(journal);
        } else {
            applied = from.applied() + (passesOver ? 1 : 0);
            IndexState state = from.state().read();
            applier = new LogApplier(state, journal, new Leaves(state.lastSequence()));
        }
    }

    void wipe() {
        journal = new MemoryJournal();
        saved = null;
    }

    /** Applies the next entry of the log. */
    List<AppendResult> apply(LogEntry entry) {
        List<AppendResult> results = applier.apply(entry.batch(), entry.term());
        applied++;
        if (applied % SNAPSHOT_EVERY == 0) {
            saved = new Saved(applied, new Bytes(applier.state()));
        }
        return results;
    }

    /** Events of the history behind a sequence. */
    List<Recorded> since(long sequence) {
        List<Recorded> events = new ArrayList<>();
        long last = state().lastSequence();
        if (last > sequence) {
            try (RecordReader reader = journal.readFrom(sequence + 1)) {
                while (reader.sequence() < last && reader.next()) {
                    events.add(RecordedCodec.decode(reader.copy()));
                }
            }
        }
        return events;
    }

    /** Entries of the log that were applied. */
    int applied() {
        return applied;
    }

    IndexState state() {
        return applier.state();
    }

    MemoryJournal journal() {
        return journal;
    }

    /** Whether applying all entries from the first on comes to the state that this core has. */
    boolean equalsReplay(MemberLog log) {
        LogApplier replay = fresh(new MemoryJournal());
        for (int place = 0; place < applied; place++) {
            LogEntry entry = log.get(place);
            replay.apply(entry.batch(), entry.term());
        }
        return new Bytes(replay.state()).isSame(new Bytes(applier.state()));
    }
}
