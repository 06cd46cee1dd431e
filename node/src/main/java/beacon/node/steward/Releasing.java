package beacon.node.steward;

import beacon.index.log.AppendResult;
import beacon.model.Cid;
import beacon.node.views.DeletionStates;
import beacon.node.views.MemberViews;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.TombstoneState;
import beacon.steward.deletion.DeletionJudge;
import beacon.steward.deletion.DeletionSteps;
import beacon.views.deletions.DeletionsView;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's part in deletions: appends what {@link DeletionSteps} says. The log checks the votes and the holds again.
 */
final class Releasing {
    private static final Logger LOG = LoggerFactory.getLogger(Releasing.class);
    private static final int AT_ONCE = 500;
    private static final int PAGE = 1_000;

    private final LeaderLog log;
    private final MemberViews views;
    private final long graceMicros;

    Releasing(LeaderLog log, MemberViews views, Duration grace) {
        this.log = log;
        this.views = views;
        this.graceMicros = grace.toMillis() * 1_000;
    }

    /** What is to be appended for one tombstone. */
    private record Step(Cid manifest, List<Event> events) {}

    /**
     * Does what is due.
     *
     * @param nowMicros present time of the log
     */
    void run(long nowMicros) throws InterruptedException {
        for (Step step : due(nowMicros)) {
            if (!log.leads()) {
                return;
            }
            AppendRequest.Builder append = AppendRequest.newBuilder().addAllEvents(step.events());
            AppendResult result = log.append(append);
            if (result instanceof AppendResult.Refused refused) {
                LOG.info(
                        "deletion_not_appended cid={} reason=\"{}\"",
                        step.manifest(),
                        refused.refusal().message());
            } else {
                LOG.info(
                        "{} cid={}",
                        step.events().get(0).hasPinReleased() ? "artifact_released" : "tombstone_withdrawn",
                        step.manifest());
            }
        }
    }

    private List<Step> due(long nowMicros) {
        List<Step> steps = new ArrayList<>();
        try (DeletionStates states = DeletionStates.open(views)) {
            DeletionJudge judge = states.judge();
            ByteString after = ByteString.EMPTY;
            List<TombstoneState> page;
            do {
                page = DeletionsView.open(states.deletions(), after, PAGE);
                for (TombstoneState tombstone : page) {
                    after = tombstone.getManifestCid();
                    Cid manifest = Cid.of(after);
                    List<Event> events = DeletionSteps.due(judge.judge(manifest), nowMicros, graceMicros);
                    if (!events.isEmpty()) {
                        steps.add(new Step(manifest, events));
                    }
                }
            } while (page.size() == PAGE && steps.size() < AT_ONCE);
        }
        return steps;
    }
}
