package beacon.sim.cluster;

import beacon.index.journal.Journal;
import beacon.index.log.RecordReader;
import beacon.proto.v1.Event;
import beacon.views.LogEntry;
import beacon.views.MemoryKeyValues;
import beacon.views.View;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import beacon.views.ViewState;
import beacon.views.deletions.DeletionsView;
import beacon.views.nodes.NodesView;
import beacon.views.pins.PinsView;
import beacon.views.references.ReferencesView;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The projections of a member. What was committed is on its disk, and after a restart they go on from there. */
final class Projections {
    static final View NODES = new NodesView();
    static final View PINS = new PinsView();
    static final View REFERENCES = new ReferencesView();
    static final View DELETIONS = new DeletionsView();

    private static final List<View> ALWAYS = List.of(NODES, PINS);
    /** Run when somebody asks, since seldom somebody does. */
    private static final List<View> ASKED_FOR = List.of(REFERENCES, DELETIONS);

    private final Set<Flaw> flaws;
    private MemoryKeyValues store = new MemoryKeyValues();
    private ViewRunner runner = new ViewRunner(store, ALWAYS);
    private MemoryKeyValues askedForStore = new MemoryKeyValues();
    private @Nullable ViewRunner askedFor;

    Projections(Set<Flaw> flaws) {
        this.flaws = flaws;
    }

    /**
     * A process begins.
     *
     * @param process how many there were, this one included
     */
    void open(int process) {
        if (process > 1 && flaws.contains(Flaw.SKIP_EVENT)) {
            store = new MemoryKeyValues();
            runner = new ViewRunner(store, List.of(new Forgetful(NODES), new Forgetful(PINS)));
        } else {
            runner = new ViewRunner(store, ALWAYS);
        }
        if (askedFor != null) {
            askedFor = new ViewRunner(askedForStore, ASKED_FOR);
        }
    }

    /** The disk is lost. */
    void wipe() {
        store = new MemoryKeyValues();
        askedForStore = new MemoryKeyValues();
    }

    private static void advance(ViewRunner runner, Journal journal, long sequence) {
        try (RecordReader reader = journal.readFrom(runner.nextSequence())) {
            runner.advance(reader, Math.toIntExact(Math.max(0, sequence - runner.nextSequence() + 1)));
        }
    }

    private ViewRunner askedFor() {
        ViewRunner known = askedFor;
        if (known == null) {
            known = new ViewRunner(askedForStore, ASKED_FOR);
            askedFor = known;
        }
        return known;
    }

    /** A view up to an event of the journal; what was seen already stays. */
    ViewSnapshot snapshot(View view, Journal journal, long sequence) {
        boolean always = ALWAYS.contains(view);
        advance(always ? runner : askedFor(), journal, sequence);
        return ViewRunner.snapshot(always ? store : askedForStore, view);
    }

    /** Digest of each view that somebody asked for, up to an event of the journal. */
    Map<String, String> digests(Journal journal, long sequence) {
        advance(runner, journal, sequence);
        Map<String, String> digests = digests(runner);
        ViewRunner more = askedFor;
        if (more != null) {
            advance(more, journal, sequence);
            digests.putAll(digests(more));
        }
        return digests;
    }

    /** Digests of a fresh replay of all views. */
    static Map<String, String> replayed(Journal journal, long sequence) {
        Projections fresh = new Projections(Set.of());
        fresh.askedFor();
        return fresh.digests(journal, sequence);
    }

    private static Map<String, String> digests(ViewRunner runner) {
        Map<String, String> digests = new TreeMap<>();
        runner.checkpoints()
                .forEach((name, checkpoint) -> digests.put(name, HexFormat.of().formatHex(checkpoint.digest())));
        return digests;
    }

    /** A view that passes over some events. */
    private record Forgetful(View view) implements View {
        @Override
        public String name() {
            return view.name();
        }

        @Override
        public int version() {
            return view.version();
        }

        @Override
        public void evolve(LogEntry entry, ViewState state) {
            if (entry.eventType() != Event.NODES_AUDITED_FIELD_NUMBER) {
                view.evolve(entry, state);
            }
        }
    }
}
