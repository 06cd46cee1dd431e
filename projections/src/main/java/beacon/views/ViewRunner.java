package beacon.views;

import beacon.index.log.RecordReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs views over the log. State, digest and place in the log of all views are committed together, so that after any end
 * of the process each goes on exactly where it was. A view that is new, or whose version changed, starts from the
 * beginning and the others wait for it. Belongs to one thread, except {@link #snapshot}.
 */
public final class ViewRunner {
    /** Sequences of which the digest is kept, so that two members find where they began to differ. */
    public static final int MARK_EVERY = 4_096;

    private static final int COMMIT_ENTRIES = 16_384;
    private static final long COMMIT_BYTES = 8L << 20;
    private static final byte[] CHECKPOINTS = Keys.of("checkpoint");
    private static final byte[] MARKS = Keys.of("mark");
    private static final byte[] STATES = Keys.of("state");
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");

    private final KeyValues store;
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private final NavigableMap<byte[], byte @Nullable []> marks = new TreeMap<>(Arrays::compareUnsigned);
    private long uncommitted;

    /** A view, its state and the last entry that is in it. */
    private static final class Run {
        private final View view;
        private final ViewState state;
        private long sequence;

        Run(View view, ViewState state, long sequence) {
            this.view = view;
            this.state = state;
            this.sequence = sequence;
        }

        Checkpoint checkpoint() {
            return new Checkpoint(view.version(), sequence, state.digest().bytes());
        }
    }

    /**
     * Views where they ended.
     *
     * @param store kept open by the caller, who closes it
     */
    public ViewRunner(KeyValues store, List<View> views) {
        this.store = store;
        for (View view : views) {
            if (!NAME.matcher(view.name()).matches() || runs.containsKey(view.name())) {
                throw new IllegalArgumentException(
                        "expected names of 1 to 32 characters of [a-z0-9-], each once, but found " + view.name());
            }
            runs.put(view.name(), open(view));
        }
    }

    private Run open(View view) {
        byte[] prefix = statesOf(view.name());
        byte[] known = store.latest().get(checkpointOf(view.name()));
        Checkpoint checkpoint = known == null ? Checkpoint.start(view.version()) : Checkpoint.decode(known);
        if (known == null || checkpoint.version() != view.version()) {
            checkpoint = Checkpoint.start(view.version());
            // The place goes first: an end of the process in between leaves entries that the next start removes again.
            commit(checkpointOf(view.name()), null);
            store.removeRange(prefix, Keys.after(prefix));
            store.removeRange(marksOf(view.name()), Keys.after(marksOf(view.name())));
            commit(checkpointOf(view.name()), checkpoint.encode());
        }
        ViewState state = new ViewState(prefix, store.latest(), ViewDigest.of(checkpoint.digest()));
        return new Run(view, state, checkpoint.sequence());
    }

    private void commit(byte[] key, byte @Nullable [] value) {
        NavigableMap<byte[], byte @Nullable []> change = new TreeMap<>(Arrays::compareUnsigned);
        change.put(key, value);
        store.commit(change);
    }

    /** Entry of the log to go on with: the first that a view has not seen. */
    public long nextSequence() {
        return 1 + runs.values().stream().mapToLong(run -> run.sequence).min().orElse(0);
    }

    /**
     * Runs the views over what the reader has, at most so many entries, and commits.
     *
     * @param reader opened at {@link #nextSequence()}, or where the last call left it
     * @return entries read; fewer than asked for when the reader has no more now
     */
    public int advance(RecordReader reader, int maxEntries) {
        int read = 0;
        while (read < maxEntries && reader.next()) {
            evolve(LogEntry.read(reader.buffer(), reader.length()));
            read++;
        }
        commit();
        return read;
    }

    private void evolve(LogEntry entry) {
        long sequence = entry.sequence();
        long changedBytes = 0;
        for (Run run : runs.values()) {
            if (sequence > run.sequence + 1) {
                throw new ViewException("expected entry %d of the log for the projection %s, but found %d"
                        .formatted(run.sequence + 1, run.view.name(), sequence));
            }
            if (sequence == run.sequence + 1) {
                run.view.evolve(entry, run.state);
                run.sequence = sequence;
                if (sequence % MARK_EVERY == 0) {
                    marks.put(
                            markOf(run.view.name(), sequence),
                            run.state.digest().bytes());
                }
            }
            changedBytes += run.state.changedBytes();
        }
        uncommitted++;
        if (uncommitted >= COMMIT_ENTRIES || changedBytes >= COMMIT_BYTES) {
            commit();
        }
    }

    private void commit() {
        if (uncommitted == 0) {
            return;
        }
        NavigableMap<byte[], byte @Nullable []> batch = new TreeMap<>(Arrays::compareUnsigned);
        for (Run run : runs.values()) {
            run.state.drainTo(batch);
            batch.put(checkpointOf(run.view.name()), run.checkpoint().encode());
        }
        batch.putAll(marks);
        store.commit(batch);
        marks.clear();
        uncommitted = 0;
    }

    /** Where each view is, by name. */
    public Map<String, Checkpoint> checkpoints() {
        Map<String, Checkpoint> all = new LinkedHashMap<>();
        runs.forEach((name, run) -> all.put(name, run.checkpoint()));
        return all;
    }

    /**
     * The committed state of a view, for any thread.
     *
     * @throws ViewException if the view has committed nothing yet
     */
    public static ViewSnapshot snapshot(KeyValues store, View view) {
        KeyValues.Reader reader = store.snapshot();
        byte[] checkpoint = reader.get(checkpointOf(view.name()));
        if (checkpoint == null) {
            reader.close();
            throw new ViewException(
                    "expected a state of the projection %s, but found none yet; ask again".formatted(view.name()));
        }
        return new ViewSnapshot(statesOf(view.name()), reader, Checkpoint.decode(checkpoint));
    }

    /**
     * Digests that were kept of a view, from a sequence on.
     *
     * @return sequence, a multiple of {@value #MARK_EVERY}, and digest, at most so many
     */
    public static List<Mark> marks(KeyValues store, String view, long fromSequence, int atMost) {
        List<Mark> found = new ArrayList<>();
        if (atMost < 1) {
            return found;
        }
        try (KeyValues.Reader reader = store.snapshot()) {
            reader.scan(markOf(view, fromSequence), Keys.after(marksOf(view)), (key, digest) -> {
                found.add(new Mark(Keys.lastLong(key), ViewDigest.of(digest).toString()));
                return found.size() < atMost;
            });
        }
        return found;
    }

    /** Digest of a view after an entry of the log. */
    public record Mark(long sequence, String digest) {}

    private static byte[] checkpointOf(String view) {
        return Keys.of(CHECKPOINTS, Keys.of(view));
    }

    private static byte[] statesOf(String view) {
        return Keys.of(STATES, Keys.of(view));
    }

    private static byte[] marksOf(String view) {
        return Keys.of(MARKS, Keys.of(view));
    }

    private static byte[] markOf(String view, long sequence) {
        return Keys.of(marksOf(view), Keys.of(sequence));
    }
}
