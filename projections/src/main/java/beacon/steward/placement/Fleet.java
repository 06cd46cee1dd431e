package beacon.steward.placement;

import beacon.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The nodes that stripes are placed on, with what is the same for every stripe. To find the best few of many nodes their
 * logarithms need not be taken: the cost of a node is -ln(u) / weight, which is never less than (1 - u) / weight, so that
 * nodes for which that is too much are passed over at the price of a multiplication.
 */
public final class Fleet {
    /** More than what rounding makes of a bound that is to be a little too low. */
    private static final double BELOW = 1 - 1e-9;

    private static final double WIDER = 8;
    private static final int SPARE = 8;

    private final List<Candidate> candidates;
    private final long[] hashes;
    private final double[] shares;
    private final double weight;
    private final Set<NodeId> ids = new LinkedHashSet<>();
    private final Map<NodeId, Candidate> known = new LinkedHashMap<>();
    private final Map<Integer, Integer> domains = new TreeMap<>();

    private Fleet(Collection<Candidate> candidates, Collection<Candidate> others) {
        this.candidates = List.copyOf(candidates);
        hashes = new long[this.candidates.size()];
        shares = new double[this.candidates.size()];
        double sum = 0;
        for (int i = 0; i < hashes.length; i++) {
            Candidate node = this.candidates.get(i);
            ids.add(node.id());
            hashes[i] = mix(node.hash());
            shares[i] = BELOW / node.weight();
            sum += node.weight();
        }
        weight = sum;
        Map<Integer, Set<String>> names = new TreeMap<>();
        for (Collection<Candidate> nodes : List.of(this.candidates, others)) {
            for (Candidate node : nodes) {
                for (int depth = 0; depth < node.domains().size(); depth++) {
                    names.computeIfAbsent(depth, unused -> new LinkedHashSet<>())
                            .add(node.domains().get(depth));
                }
            }
        }
        names.forEach((depth, each) -> domains.put(depth, each.size()));
        others.forEach(node -> known.put(node.id(), node));
    }

    /**
     * A fleet.
     *
     * @param candidates nodes that take pieces, each once
     * @param others nodes that may hold pieces, each once, for their domains; candidates may be among them
     */
    public static Fleet of(Collection<Candidate> candidates, Collection<Candidate> others) {
        return new Fleet(candidates, others);
    }

    /** The nodes that may hold pieces, of those asked for. */
    List<Candidate> holders(Set<NodeId> of) {
        return of.stream().filter(known::containsKey).map(known::get).toList();
    }

    /** Nodes that take pieces, those left out that already do. */
    int free(Set<NodeId> taken) {
        return hashes.length - (int) taken.stream().filter(ids::contains).count();
    }

    /** The lowest limit of a depth that would hold all pieces if every domain were large enough. */
    int even(Shape shape, int depth) {
        int names = domains.getOrDefault(depth, shape.pieces());
        return (shape.pieces() + names - 1) / names;
    }

    /**
     * Nodes from the best rank down: those up to some cost, or all.
     *
     * @param complete whether these are all
     */
    record Ranks(List<Candidate> nodes, boolean complete) {}

    /** Ranks for a stripe, made as far as they are needed. */
    final class Ranking {
        private final long key;
        private final Set<NodeId> taken;
        private double costs;

        /**
         * A ranking.
         *
         * @param taken nodes that are left out
         * @param wanted about as many nodes are needed
         */
        Ranking(byte[] stripe, Set<NodeId> taken, int wanted) {
            this.key = Candidate.first64(stripe);
            this.taken = taken;
            // So many nodes cost no more, nearly, as long as they are few of all.
            this.costs = (4.0 * wanted + taken.size() + SPARE) / weight / WIDER;
        }

        /** The next longer part of the ranks, or all of them. */
        Ranks more() {
            costs *= WIDER;
            return upTo(costs * weight > hashes.length ? Double.POSITIVE_INFINITY : costs);
        }

        Ranks all() {
            return upTo(Double.POSITIVE_INFINITY);
        }

        private Ranks upTo(double limit) {
            record Ranked(Candidate node, double cost) {}
            List<Ranked> ranked = new ArrayList<>();
            for (int i = 0; i < hashes.length; i++) {
                double uniform = ((mix(key ^ hashes[i]) >>> 11) + 0.5) * 0x1p-53;
                if ((1 - uniform) * shares[i] <= limit) {
                    Candidate node = candidates.get(i);
                    // Exponentially distributed with the weight as its rate; StrictMath gives the same bits everywhere.
                    double cost = -StrictMath.log(uniform) / node.weight();
                    if (cost <= limit && !taken.contains(node.id())) {
                        ranked.add(new Ranked(node, cost));
                    }
                }
            }
            ranked.sort(Comparator.comparingDouble(Ranked::cost)
                    .thenComparing(each -> each.node().hash(), Long::compareUnsigned));
            return new Ranks(ranked.stream().map(Ranked::node).toList(), Double.isInfinite(limit));
        }
    }

    /** Finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
