package beacon.node.views;

import beacon.steward.deletion.DeletionJudge;
import beacon.views.View;
import beacon.views.ViewException;
import beacon.views.ViewSnapshot;
import java.util.List;

/**
 * What deletions are judged by. The references are not older than the tombstones: from a proposal on nothing new points at an
 * artifact, so a judgement cannot be overtaken.
 */
public final class DeletionStates implements AutoCloseable {
    /** What it needs of a moment; the tombstones first, so that what they are judged by is not older. */
    static final List<View> VIEWS =
            List.of(MemberViews.DELETIONS, MemberViews.REFERENCES, MemberViews.PINS, MemberViews.NODES);

    private final Moment moment;

    private DeletionStates(Moment moment) {
        this.moment = moment;
    }

    /**
     * The committed states.
     *
     * @throws ViewException when there are none yet, or the references are behind
     */
    public static DeletionStates open(MemberViews views) {
        Moment now = views.now(VIEWS);
        try {
            return of(now);
        } catch (ViewException e) {
            now.close();
            throw e;
        }
    }

    /**
     * Those of a moment, of which closing them is closing it.
     *
     * @throws ViewException when the references are behind
     */
    static DeletionStates of(Moment moment) {
        DeletionStates states = new DeletionStates(moment);
        if (moment.of(MemberViews.REFERENCES).checkpoint().sequence()
                < states.deletions().checkpoint().sequence()) {
            throw new ViewException(
                    "expected references as new as tombstones, but found them behind; ask again in a moment");
        }
        return states;
    }

    /** Judges by these states, while they are open. */
    public DeletionJudge judge() {
        return new DeletionJudge(moment.of(MemberViews.NODES), pins(), moment.of(MemberViews.REFERENCES), deletions());
    }

    public ViewSnapshot deletions() {
        return moment.of(MemberViews.DELETIONS);
    }

    ViewSnapshot pins() {
        return moment.of(MemberViews.PINS);
    }

    @Override
    public void close() {
        moment.close();
    }
}
