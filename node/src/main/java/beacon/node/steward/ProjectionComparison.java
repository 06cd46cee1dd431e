package beacon.node.steward;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.index.ratis.IndexMember;
import beacon.index.ratis.MemberSettings.MemberAddress;
import beacon.node.artifacts.Catalogue;
import beacon.node.steward.ProjectionWatch.Difference;
import beacon.node.steward.ProjectionWatch.Seen;
import beacon.proto.v1.ListProjectionsReply;
import beacon.proto.v1.ProjectionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all members for the digests of their projections and raises the alarm when they differ. Members are asked until all
 * were seen at the same entry, a few times; under load that is the last entry at which every member keeps its digest.
 */
final class ProjectionComparison implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectionComparison.class);
    private static final Duration QUESTION = Duration.ofSeconds(5);
    private static final int LOOKS = 5;
    private static final long LOOK_MILLIS = 200;
    private static final int SHOWN_DIGITS = 16;

    private final IndexMember member;
    private final Supplier<BeaconClient> openClient;
    private final ProjectionWatch watch = new ProjectionWatch();
    private volatile @Nullable BeaconClient client;
    private volatile SortedMap<String, Boolean> differing = Collections.emptySortedMap();

    /**
     * A comparison.
     *
     * @param openClient opens this member's client of the members; called once at most
     */
    ProjectionComparison(IndexMember member, Supplier<BeaconClient> openClient) {
        this.member = member;
        this.openClient = openClient;
    }

    /** Compares, on one thread. */
    void compare(long beat) throws InterruptedException {
        TreeMap<String, String> targets = new TreeMap<>();
        for (MemberAddress each : member.status().members()) {
            targets.put(each.id(), each.clientAddress());
        }
        TreeMap<String, String> answering = new TreeMap<>(targets);
        List<Seen> seen = new ArrayList<>();
        for (int look = 0; look < LOOKS && !answering.isEmpty(); look++) {
            if (look > 0) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
            // One that does not answer once is not waited for again before the next reverb.
            answering.entrySet().removeIf(each -> !ask(each.getKey(), each.getValue(), seen));
            if (ProjectionWatch.isComplete(answering.keySet(), seen)) {
                break;
            }
        }
        List<Difference> differ = watch.compare(targets.keySet(), seen);
        publish(differ);
        differ.forEach(each -> LOG.error(
                "projections_differ projection={} version={} beat={} last_equal={} first_seen_different={} digests=\"{}\"",
                each.projection(),
                each.version(),
                beat,
                each.lastEqual(),
                each.firstDifferent(),
                text(each.digests())));
        LOG.info(
                "projections_compared beat={} members={} answered={} projections={} differ={}",
                beat,
                targets.size(),
                answering.size(),
                differing.size(),
                differ.size());
    }

    private boolean ask(String id, String target, List<Seen> seen) {
        try {
            ListProjectionsReply reply = new Catalogue(open(), QUESTION).projections(target);
            for (ProjectionState each : reply.getProjectionsList()) {
                seen.add(new Seen(id, each.getName(), each.getVersion(), each.getSequence(), each.getDigest()));
                seen.add(new Seen(
                        id, each.getName(), each.getVersion(), each.getMarkedSequence(), each.getMarkedDigest()));
            }
            return true;
        } catch (ClientException e) {
            LOG.info("projections_not_told member={} cause=\"{}\"", id, e.getMessage());
            return false;
        }
    }

    private BeaconClient open() {
        BeaconClient open = client;
        if (open == null) {
            open = openClient.get();
            client = open;
        }
        return open;
    }

    private void publish(List<Difference> differ) {
        TreeSet<String> names =
                differ.stream().map(Difference::projection).collect(Collectors.toCollection(TreeSet::new));
        SortedMap<String, Boolean> all = new TreeMap<>();
        watch.projections().forEach(name -> all.put(name, names.contains(name)));
        differing = Collections.unmodifiableSortedMap(all);
    }

    private static String text(Map<String, String> digests) {
        return digests.entrySet().stream()
                .map(each -> each.getKey() + "="
                        + each.getValue()
                                .substring(
                                        0,
                                        Math.min(SHOWN_DIGITS, each.getValue().length())))
                .collect(Collectors.joining(" "));
    }

    /** By projection, whether members differ; empty while this member does not lead or has not compared yet. */
    SortedMap<String, Boolean> differing() {
        return differing;
    }

    /** What this member found while it led is the next leader's to say. */
    void forget() {
        differing = Collections.emptySortedMap();
    }

    /** After the thread that compares has ended. */
    @Override
    public void close() {
        BeaconClient open = client;
        if (open != null) {
            open.close();
        }
    }
}
