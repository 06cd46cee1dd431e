package beacon.steward.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.model.NodeId;
import beacon.views.TestLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final Shape TEN_PLUS_FOUR = Shape.shards(10, 4);

    private static byte[] stripe(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    private static NodeId id(int number) {
        return NodeId.of(TestLog.node(number));
    }

    private static Candidate node(int number, String domain, double weight) {
        return Candidate.of(id(number), domain, weight);
    }

    /** Nodes in racks of the given sizes, numbered from 0. */
    private static List<Candidate> racks(List<Integer> sizes) {
        List<Candidate> nodes = new ArrayList<>();
        for (int rack = 0; rack < sizes.size(); rack++) {
            for (int i = 0; i < sizes.get(rack); i++) {
                nodes.add(node(nodes.size(), "rack-" + rack, 1));
            }
        }
        return nodes;
    }

    private static Map<String, Integer> byDomain(Plan plan, List<Candidate> nodes, int depth) {
        Map<NodeId, Candidate> known = new HashMap<>();
        nodes.forEach(node -> known.put(node.id(), node));
        Map<String, Integer> counts = new TreeMap<>();
        plan.nodes().values().forEach(id -> counts.merge(known.get(id).domains().get(depth), 1, Integer::sum));
        return counts;
    }

    @Provide
    Arbitrary<List<Integer>> rackSizes() {
        return Arbitraries.integers().between(1, 8).list().ofMinSize(1).ofMaxSize(12);
    }

    @Property(tries = 500)
    void noDomainHoldsMoreThanMayBeLostIfThatCanBe(
            @ForAll("rackSizes") List<Integer> sizes,
            @ForAll @IntRange(min = 1, max = 12) int k,
            @ForAll @IntRange(min = 1, max = 5) int m,
            @ForAll long stripe) {
        List<Candidate> nodes = racks(sizes);

        Plan plan = Placement.choose(stripe(stripe), Shape.shards(k, m), nodes);

        boolean possible = roomWithin(sizes, m) >= k + m;
        assertThat(plan.shortfalls().isEmpty()).isEqualTo(possible);
        assertThat(plan.nodes()).hasSize(Math.min(k + m, nodes.size()));
        assertThat(new HashSet<>(plan.nodes().values()))
                .hasSameSizeAs(plan.nodes().values());
        if (possible) {
            assertThat(byDomain(plan, nodes, 0).values()).allMatch(count -> count <= m);
        }
    }

    @Property(tries = 200)
    void whatCannotBeHadIsDoneAsWellAsCanBe(
            @ForAll("rackSizes") List<Integer> sizes, @ForAll @IntRange(min = 2, max = 12) int k, @ForAll long stripe) {
        int m = 1;
        List<Candidate> nodes = racks(sizes);

        Plan plan = Placement.choose(stripe(stripe), Shape.shards(k, m), nodes);

        int lowest = lowestLimit(sizes, plan.nodes().size());
        assertThat(byDomain(plan, nodes, 0).values()).allMatch(count -> count <= lowest);
    }

    private static int lowestLimit(List<Integer> sizes, int pieces) {
        int limit = 1;
        while (roomWithin(sizes, limit) < pieces) {
            limit++;
        }
        return limit;
    }

    private static int roomWithin(List<Integer> sizes, int limit) {
        return sizes.stream().mapToInt(size -> Math.min(size, limit)).sum();
    }

    @Test
    void piecesAreSpreadEvenlyWhenThereAreMoreDomainsThanNeeded() {
        List<Candidate> nodes = racks(List.of(10, 10, 10, 10, 10, 10, 10));

        for (int i = 0; i < 50; i++) {
            Plan plan = Placement.choose(stripe(i), TEN_PLUS_FOUR, nodes);

            assertThat(byDomain(plan, nodes, 0).values()).allMatch(count -> count == 2);
        }
    }

    @Test
    void everyDepthOfDomainsCounts() {
        List<Candidate> nodes = new ArrayList<>();
        for (int region = 0; region < 4; region++) {
            for (int rack = 0; rack < 4; rack++) {
                for (int host = 0; host < 3; host++) {
                    nodes.add(node(nodes.size(), "r%d/k%d/h%d".formatted(region, rack, host), 1));
                }
            }
        }

        for (int i = 0; i < 50; i++) {
            Plan plan = Placement.choose(stripe(i), TEN_PLUS_FOUR, nodes);

            assertThat(plan.shortfalls()).isEmpty();
            assertThat(byDomain(plan, nodes, 0).values()).allMatch(count -> count <= 4);
            assertThat(byDomain(plan, nodes, 1).values()).allMatch(count -> count == 1);
        }
    }

    @Test
    void tooFewNodesGetWhatCanBeAndSaySo() {
        List<Candidate> nodes = racks(List.of(3, 3));

        Plan plan = Placement.choose(stripe(1), TEN_PLUS_FOUR, nodes);

        assertThat(plan.nodes()).hasSize(6);
        assertThat(plan.shortfalls()).containsExactly(new Shortfall.NodesMissing(14, 6));
        assertThat(plan.shortfalls().get(0)).hasToString("expected 14 nodes that take pieces, but found 6: add 8");
    }

    @Test
    void tooFewDomainsAreUsedEvenlyAndNamed() {
        List<Candidate> nodes = racks(List.of(20, 20));

        Plan plan = Placement.choose(stripe(1), TEN_PLUS_FOUR, nodes);

        assertThat(plan.shortfalls())
                .containsExactly(
                        new Shortfall.DomainOverfull("rack-0", 7, 4), new Shortfall.DomainOverfull("rack-1", 7, 4));
    }

    @Test
    void nodesGetLoadByWeight() {
        List<Candidate> nodes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            nodes.add(node(i, "host-" + i, i < 20 ? 1 : 3));
        }
        int stripes = 4_000;
        Map<NodeId, Integer> load = new HashMap<>();
        for (int i = 0; i < stripes; i++) {
            Placement.choose(stripe(i), Shape.replicas(1), nodes)
                    .nodes()
                    .values()
                    .forEach(id -> load.merge(id, 1, Integer::sum));
        }

        // Of 4,000 pieces each weight carries 50; five standard deviations of that are 35 and 61.
        for (int i = 0; i < 40; i++) {
            int expected = i < 20 ? 50 : 150;
            assertThat(load.getOrDefault(id(i), 0)).isBetween(expected - 62, expected + 62);
        }
        int heavy = nodes.stream()
                .filter(each -> each.weight() == 3)
                .mapToInt(each -> load.getOrDefault(each.id(), 0))
                .sum();
        assertThat(heavy).isBetween(2_850, 3_150);
    }

    @Test
    void aLostNodeMovesOnlyWhatItHeld() {
        List<Candidate> nodes = racks(List.of(5, 5, 5, 5, 5, 5));
        List<Candidate> without =
                nodes.stream().filter(each -> !each.id().equals(id(7))).toList();

        for (int i = 0; i < 200; i++) {
            SortedMap<Integer, NodeId> before =
                    Placement.choose(stripe(i), TEN_PLUS_FOUR, nodes).nodes();
            SortedMap<Integer, NodeId> kept = new TreeMap<>(before);
            kept.values().removeIf(id(7)::equals);

            Plan after = Placement.choose(stripe(i), TEN_PLUS_FOUR, without, kept, without);

            assertThat(after.changesFrom(before)).hasSize(before.size() - kept.size());
            assertThat(after.nodes()).hasSize(14).containsAllEntriesOf(kept);
            assertThat(after.shortfalls()).isEmpty();
        }
    }

    @Test
    void aNewNodeTakesItsShareAndNothingElseMoves() {
        List<Candidate> nodes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            nodes.add(node(i, "host-" + i, 1));
        }
        List<Candidate> more = new ArrayList<>(nodes);
        more.add(node(20, "host-20", 1));
        int moved = 0;
        for (int i = 0; i < 2_000; i++) {
            NodeId before = Placement.choose(stripe(i), Shape.replicas(1), nodes)
                    .nodes()
                    .get(0);
            NodeId after =
                    Placement.choose(stripe(i), Shape.replicas(1), more).nodes().get(0);
            if (!after.equals(before)) {
                assertThat(after).isEqualTo(id(20));
                moved++;
            }
        }

        // One of 21, that is 95; five standard deviations are 48.
        assertThat(moved).isBetween(47, 143);
    }

    @Property(tries = 100)
    void keptPiecesStayAndCountForTheirDomains(@ForAll long stripe, @ForAll @IntRange(min = 0, max = 4) int inOneRack) {
        List<Candidate> nodes = racks(List.of(6, 6, 6, 6, 6));
        Map<Integer, NodeId> kept = new TreeMap<>();
        for (int piece = 0; piece < inOneRack; piece++) {
            kept.put(piece, id(piece));
        }

        Plan plan = Placement.choose(stripe(stripe), TEN_PLUS_FOUR, nodes, kept, nodes);

        assertThat(plan.nodes()).hasSize(14).containsAllEntriesOf(kept);
        assertThat(byDomain(plan, nodes, 0).values()).allMatch(count -> count <= 4);
    }

    @Property(tries = 100)
    void theOrderOfCandidatesDoesNotMatter(@ForAll long stripe) {
        List<Candidate> nodes = racks(List.of(4, 4, 4, 4, 4));
        List<Candidate> turned = new ArrayList<>(nodes);
        java.util.Collections.reverse(turned);

        assertThat(Placement.choose(stripe(stripe), TEN_PLUS_FOUR, turned))
                .isEqualTo(Placement.choose(stripe(stripe), TEN_PLUS_FOUR, nodes));
    }

    @Test
    void aNodeWithoutADomainIsOneOfItsOwn() {
        List<Candidate> nodes = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            nodes.add(node(i, "", 1));
        }

        assertThat(Placement.choose(stripe(1), TEN_PLUS_FOUR, nodes).shortfalls())
                .isEmpty();
    }

    @Test
    void refusesShapesAndWeightsThatMakeNoSense() {
        assertThatThrownBy(() -> Shape.shards(0, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Shape.shards(250, 7)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> node(1, "a", 0)).hasMessageContaining("above 0");
        assertThatThrownBy(() -> node(1, "a", Double.NaN)).hasMessageContaining("above 0");
    }
}
