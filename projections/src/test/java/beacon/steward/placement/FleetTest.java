package beacon.steward.placement;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.model.NodeId;
import beacon.views.TestLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The short way to the best nodes gives what the long one gives. */
class FleetTest {
    private static byte[] stripe(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    /** Nodes in domains of one or two levels, some with a hundred thousand times the weight of others. */
    private static List<Candidate> nodes(int count, int racks, SplittableRandom random) {
        List<Candidate> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int rack = random.nextInt(racks);
            String domain = random.nextInt(4) == 0 ? "rack-" + rack : "rack-" + rack + "/host-" + i;
            nodes.add(Candidate.of(
                    NodeId.of(TestLog.node(i)),
                    domain,
                    StrictMath.pow(10, random.nextInt(6)) * (1 + random.nextInt(9))));
        }
        return nodes;
    }

    @Property(tries = 500)
    void choosesWhatThePlainAlgorithmChooses(
            @ForAll @IntRange(min = 1, max = 300) int count,
            @ForAll @IntRange(min = 1, max = 20) int racks,
            @ForAll @IntRange(min = 1, max = 12) int k,
            @ForAll @IntRange(min = 0, max = 5) int m,
            @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Candidate> all = nodes(count, racks, random);
        List<Candidate> candidates =
                all.stream().filter(node -> random.nextInt(5) > 0).toList();
        Shape shape = Shape.shards(k, m);
        Fleet fleet = Fleet.of(candidates, all);

        for (int i = 0; i < 5; i++) {
            Map<Integer, NodeId> kept = new TreeMap<>();
            for (int piece = 0; piece < Math.min(k + m, count) && random.nextInt(4) > 0; piece++) {
                kept.put(piece, all.get((i + piece * 7) % count).id());
            }
            byte[] stripe = stripe(seed + i);

            assertThat(Placement.choose(stripe, shape, fleet, kept))
                    .isEqualTo(PlainPlacement.choose(stripe, shape, candidates, kept, all));
        }
    }
}
