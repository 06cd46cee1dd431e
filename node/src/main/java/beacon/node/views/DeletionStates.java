package beacon.node.views;

import beacon.steward.deletion.DeletionJudge;
import beacon.views.ViewException;
import beacon.views.ViewSnapshot;

/**
 * What deletions are judged by. The references are not older than the tombstones: from a proposal on nothing new points at an
 * artifact, so a judgement cannot be overtaken.
 */
public final class DeletionStates implements AutoCloseable {
    private final ViewSnapshot deletions;
    private final ViewSnapshot references;
    private final ViewSnapshot pins;
    private final ViewSnapshot nodes;

    private DeletionStates(MemberViews views) {
        this.deletions = views.snapshot(MemberViews.DELETIONS);
        this.references = views.snapshot(MemberViews.REFERENCES);
        this.pins = views.snapshot(MemberViews.PINS);
        this.nodes = views.snapshot(MemberViews.NODES);
    }

    /**
     * The committed states.
     *
     * @throws ViewException when there are none yet, or the references are behind
     */
    public static DeletionStates open(MemberViews views) {
        DeletionStates states = new DeletionStates(views);
        if (states.references.checkpoint().sequence()
                < states.deletions.checkpoint().sequence()) {
            states.close();
            throw new ViewException(
                    "expected references as new as tombstones, but found them behind; ask again in a moment");
        }
        return states;
    }

    /** Judges by these states, while they are open. */
    public DeletionJudge judge() {
        return new DeletionJudge(nodes, pins, references, deletions);
    }

    public ViewSnapshot deletions() {
        return deletions;
    }

    ViewSnapshot pins() {
        return pins;
    }

    @Override
    public void close() {
        nodes.close();
        pins.close();
        references.close();
        deletions.close();
    }
}
