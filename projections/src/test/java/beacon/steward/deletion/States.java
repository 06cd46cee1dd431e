package beacon.steward.deletion;

import beacon.index.state.MemoryLog;
import beacon.views.KeyValues;
import beacon.views.MemoryKeyValues;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import beacon.views.deletions.DeletionsView;
import beacon.views.nodes.NodesView;
import beacon.views.pins.PinsView;
import beacon.views.references.ReferencesView;
import java.util.List;

/** Projections of a log. */
final class States implements AutoCloseable {
    private final ViewSnapshot nodes;
    final ViewSnapshot pins;
    private final ViewSnapshot references;
    final ViewSnapshot deletions;

    States(MemoryLog log) {
        KeyValues store = new MemoryKeyValues();
        NodesView nodesView = new NodesView();
        PinsView pinsView = new PinsView();
        ReferencesView referencesView = new ReferencesView();
        DeletionsView deletionsView = new DeletionsView();
        ViewRunner runner = new ViewRunner(store, List.of(nodesView, pinsView, referencesView, deletionsView));
        try (var reader = log.readFrom(1)) {
            runner.advance(reader, Integer.MAX_VALUE);
        }
        this.nodes = ViewRunner.snapshot(store, nodesView);
        this.pins = ViewRunner.snapshot(store, pinsView);
        this.references = ViewRunner.snapshot(store, referencesView);
        this.deletions = ViewRunner.snapshot(store, deletionsView);
    }

    DeletionJudge judge() {
        return new DeletionJudge(nodes, pins, references, deletions);
    }

    @Override
    public void close() {
        nodes.close();
        pins.close();
        references.close();
        deletions.close();
    }
}
