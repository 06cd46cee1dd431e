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
import beacon.views.nodes.NodesView;
import beacon.views.pins.PinsView;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The projections of a member. What was committed is on its disk, and after a restart they go on from there. */
final class Projections {
    static final View NODES = new NodesView();
    static final View PINS = new PinsView();

    private final Set<Flaw> flaws;
    private MemoryKeyValues store = new MemoryKeyValues();
    private ViewRunner runner = runnerOf(store);

    Projections(Set<Flaw> flaws) {
        this.flaws = flaws;
    }

    private static ViewRunner runnerOf(MemoryKeyValues store) {
        return new ViewRunner(store, List.of(NODES, PINS));
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
            runner = runnerOf(store);
        }
    }

    /** The disk is lost. */
    void wipe() {
        store = new MemoryKeyValues();
    }

    /** Goes on to an event of the journal; what was seen already stays. */
    void advance(Journal journal, long sequence) {
        try (RecordReader reader = journal.readFrom(runner.nextSequence())) {
            runner.advance(reader, Math.toIntExact(Math.max(0, sequence - runner.nextSequence() + 1)));
        }
    }

    ViewSnapshot snapshot(View view) {
        return ViewRunner.snapshot(store, view);
    }

    Map<String, String> digests() {
        return digests(runner);
    }

    /** Digests of a fresh replay. */
    static Map<String, String> replayed(Journal journal, long sequence) {
        Projections fresh = new Projections(Set.of());
        fresh.advance(journal, sequence);
        return fresh.digests();
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
