package beacon.node.artifacts;

import beacon.dht.artifact.Coding;
import beacon.dht.wire.PeerId;
import beacon.model.NodeId;
import beacon.steward.placement.Candidate;
import beacon.steward.placement.Placement;
import beacon.steward.placement.Plan;
import beacon.steward.placement.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which nodes the groups of one put go to. A node that failed once gets nothing more of it. Belongs to one thread. */
final class Allocation {
    private static final int MAX_REPORTED = 16;
    private static final int MAX_TOLD = 3;

    private final byte[] seed;
    private final List<FleetNode> nodes;
    private final Set<PeerId> failed = new LinkedHashSet<>();
    private final List<String> failures = new ArrayList<>();
    private final Set<String> shortfalls = new LinkedHashSet<>();

    /**
     * An allocation.
     *
     * @param seed different for each put, so that each spreads its groups differently
     */
    Allocation(byte[] seed, List<FleetNode> nodes) {
        this.seed = seed.clone();
        this.nodes = nodes.stream().filter(FleetNode::takesColumns).toList();
    }

    /** Nodes that may be given columns. */
    int usable() {
        return nodes.size() - failed.size();
    }

    /**
     * Nodes for the columns of a group.
     *
     * @param kept nodes of columns that stay
     * @return for each column its node, where there is one
     */
    List<Optional<PeerId>> choose(int ordinal, Coding coding, Map<Integer, PeerId> kept) {
        List<Candidate> all = new ArrayList<>();
        List<Candidate> usable = new ArrayList<>();
        for (FleetNode node : nodes) {
            Candidate candidate = Candidate.of(id(node.id()), node.failureDomain(), node.weight());
            all.add(candidate);
            if (!failed.contains(node.id())) {
                usable.add(candidate);
            }
        }
        Map<Integer, NodeId> staying = new TreeMap<>();
        kept.forEach((column, node) -> staying.put(column, id(node)));
        Shape shape = coding.isCopies()
                ? Shape.replicas(coding.columns())
                : Shape.shards(coding.dataShards(), coding.parityShards());
        byte[] stripe = ByteBuffer.allocate(seed.length + Integer.BYTES)
                .put(seed)
                .putInt(ordinal)
                .array();
        Plan plan = Placement.choose(stripe, shape, usable, staying, all);
        plan.shortfalls().forEach(shortfall -> report(coding + ": " + shortfall));
        List<Optional<PeerId>> columns = new ArrayList<>();
        for (int column = 0; column < coding.columns(); column++) {
            columns.add(Optional.ofNullable(plan.nodes().get(column)).map(node -> new PeerId(node.bytes())));
        }
        return columns;
    }

    private static NodeId id(PeerId peer) {
        return NodeId.of(peer.bytes());
    }

    /** A node did not take a block. */
    void failed(PeerId node, Throwable cause) {
        if (failed.add(node)) {
            String why = "expected node " + node + " to take its blocks, but " + cause.getMessage();
            report(why);
            if (failures.size() < MAX_TOLD) {
                failures.add(why);
            }
        }
    }

    /** Why nodes failed, in one line; empty when none did. */
    String failures() {
        String told = failures.isEmpty() ? "" : ": " + String.join("; ", failures);
        return failed.size() > failures.size()
                ? told + "; and %d more".formatted(failed.size() - failures.size())
                : told;
    }

    private void report(String shortfall) {
        if (shortfalls.size() < MAX_REPORTED) {
            shortfalls.add(shortfall);
        }
    }

    /** What did not go as wanted, for people; empty when everything is where it should be. */
    List<String> shortfalls() {
        return List.copyOf(shortfalls);
    }
}
