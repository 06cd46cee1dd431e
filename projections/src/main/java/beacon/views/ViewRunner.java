package beacon.views;

import beacon.index.log.RecordReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
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

    /** Changes that are committed at once, at most; one entry more when it is large. */
    private static final long COMMIT_BYTES = 4L << 20;

    /** Commits under way. With the changes that are being made, their size is all that a runner has in memory. */
    private static final int MAX_UNDER_WAY = 3;

    private static final byte[] CHECKPOINTS = Keys.of("checkpoint");
    private static final byte[] MARKS = Keys.of("mark");
    private static final byte[] STATES = Keys.of("state");
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");

    private static final Writer AT_ONCE = work -> {
        work.run();
        return () -> {};
    };

    private final KeyValues store;
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private final Writer writer;
    private final Deque<Commit> underWay = new ArrayDeque<>();
    private long seed;
    private long uncommitted;

    /** Writes beside the thread of the views. */
    public interface Writer {
        /**
         * Has this done after all that it was given before.
         *
         * @return waits for the end of it, and throws what it threw
         */
        Runnable begin(Runnable work);
    }

    /** A view, its state and the last entry that is in it. */
    private static final class Run {
        private final View view;
        private final ViewState state;
        /** Of what was committed; belongs to the commits while some are under way. */
        private final ViewDigest digest;

        private long sequence;

        Run(View view, ViewState state, ViewDigest digest, long sequence) {
            this.view = view;
            this.state = state;
            this.digest = digest;
            this.sequence = sequence;
        }

        Checkpoint checkpoint() {
            return new Checkpoint(view.version(), sequence, digest.bytes());
        }
    }

    /**
     * Views where they ended.
     *
     * @param store kept open by the caller, who closes it
     */
    public ViewRunner(KeyValues store, List<View> views) {
        this(store, views, AT_ONCE);
    }

    /**
     * Views where they ended, which go on while what they changed is written.
     *
     * @param store kept open by the caller, who closes it; it can be read during a commit
     */
    public ViewRunner(KeyValues store, List<View> views, Writer writer) {
        this.store = store;
        this.writer = writer;
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
        ViewState state = new ViewState(prefix, store.latest());
        return new Run(view, state, ViewDigest.of(checkpoint.digest()), checkpoint.sequence());
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
        // A single commit, as at the tail of the log, is not worth a change of threads.
        commit(underWay.isEmpty() ? AT_ONCE : writer);
        settle(0);
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
            }
            changedBytes += run.state.changedBytes();
        }
        uncommitted++;
        if (sequence % MARK_EVERY == 0 || changedBytes >= COMMIT_BYTES) {
            settle(MAX_UNDER_WAY - 1);
            commit(writer);
        }
    }

    /** Changes of a view up to an entry of the log. */
    private record Part(Run run, ViewChanges changes, long sequence) {}

    /** Changes that are on their way to the store. */
    private final class Commit {
        private final List<Part> parts = new ArrayList<>();
        private Runnable end = () -> {};
        private long nextSeed;

        Commit() {
            for (Run run : runs.values()) {
                parts.add(new Part(run, run.state.leave(seed), run.sequence));
            }
        }

        void write() {
            NavigableMap<byte[], byte @Nullable []> places = new TreeMap<>(Arrays::compareUnsigned);
            for (Part part : parts) {
                Run run = part.run();
                part.changes().follow(run.digest);
                nextSeed ^= run.digest.word();
                String name = run.view.name();
                Checkpoint reached = new Checkpoint(run.view.version(), part.sequence(), run.digest.bytes());
                places.put(checkpointOf(name), reached.encode());
                if (part.sequence() % MARK_EVERY == 0) {
                    places.put(markOf(name, part.sequence()), reached.digest());
                }
            }
            store.commit(visitor -> {
                places.forEach(visitor);
                parts.forEach(part -> part.changes().forEach(part.run().state.prefix(), visitor));
            });
        }

        void arrive() {
            end.run();
            seed = nextSeed;
            parts.forEach(part -> part.run().state.arrived(part.changes()));
        }
    }

    private void commit(Writer by) {
        if (uncommitted > 0) {
            uncommitted = 0;
            Commit begun = new Commit();
            underWay.addLast(begun);
            begun.end = by.begin(begun::write);
        }
    }

    /** Waits until no more commits than so many are under way. One that failed stays, and fails whatever comes later. */
    private void settle(int atMost) {
        while (underWay.size() > atMost) {
            underWay.getFirst().arrive();
            underWay.removeFirst();
        }
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
