package beacon.steward.placement;

import beacon.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What {@link Placement} does, done plainly: all nodes are ranked for each stripe. */
final class PlainPlacement {
    private PlainPlacement() {}

    /**
     * A plan for one stripe.
     *
     * @param stripe names the stripe; the same name gives the same ranks
     * @param candidates nodes that take pieces, each once
     * @param kept pieces that stay where they are, by number; their nodes need not be candidates
     * @param keptDomains nodes of kept pieces, as far as known, for their domains
     */
    static Plan choose(
            byte[] stripe,
            Shape shape,
            Collection<Candidate> candidates,
            Map<Integer, NodeId> kept,
            Collection<Candidate> keptDomains) {
        Set<NodeId> taken = new LinkedHashSet<>(kept.values());
        Map<String, Integer> held = new TreeMap<>();
        for (Candidate node : keptDomains) {
            if (taken.contains(node.id())) {
                occupy(node, held);
            }
        }
        List<Candidate> ranked = ranked(stripe, candidates, taken);
        int missing = shape.pieces() - kept.size();
        Map<Integer, Integer> even = evenSpread(shape, candidates, keptDomains);
        List<Candidate> chosen = take(ranked, missing, held, (depth) -> even.getOrDefault(depth, 1));
        int limit = shape.perDomain();
        while (chosen.size() < missing && limit <= shape.pieces()) {
            int allowed = limit++;
            chosen = take(ranked, missing, held, (depth) -> allowed);
        }
        return plan(shape, kept, chosen, held, ranked.size());
    }

    /** Pieces that a domain may hold, by its depth. */
    private interface Limit {
        int at(int depth);
    }

    /** Candidates from the best rank down, those that hold a piece left out. */
    private static List<Candidate> ranked(byte[] stripe, Collection<Candidate> candidates, Set<NodeId> taken) {
        long key = Candidate.first64(stripe);
        record Ranked(Candidate node, double cost) {}
        List<Ranked> ranked = new ArrayList<>();
        for (Candidate node : candidates) {
            if (!taken.contains(node.id())) {
                ranked.add(new Ranked(node, cost(key, node)));
            }
        }
        ranked.sort(Comparator.comparingDouble(Ranked::cost)
                .thenComparing(each -> each.node().hash(), Long::compareUnsigned));
        return ranked.stream().map(Ranked::node).toList();
    }

    /** Exponentially distributed with the weight as its rate; StrictMath gives the same bits everywhere. */
    private static double cost(long key, Candidate node) {
        double uniform = ((mix(key ^ mix(node.hash())) >>> 11) + 0.5) * 0x1p-53;
        return -StrictMath.log(uniform) / node.weight();
    }

    /** Finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** The lowest limit of each depth that would hold all pieces if every domain were large enough. */
    private static Map<Integer, Integer> evenSpread(
            Shape shape, Collection<Candidate> candidates, Collection<Candidate> others) {
        Map<Integer, Set<String>> domains = new TreeMap<>();
        for (Collection<Candidate> nodes : List.of(candidates, others)) {
            for (Candidate node : nodes) {
                for (int depth = 0; depth < node.domains().size(); depth++) {
                    domains.computeIfAbsent(depth, unused -> new LinkedHashSet<>())
                            .add(node.domains().get(depth));
                }
            }
        }
        Map<Integer, Integer> limits = new TreeMap<>();
        domains.forEach((depth, names) -> limits.put(depth, (shape.pieces() + names.size() - 1) / names.size()));
        return limits;
    }

    private static List<Candidate> take(List<Candidate> ranked, int wanted, Map<String, Integer> held, Limit limit) {
        Map<String, Integer> counts = new TreeMap<>(held);
        List<Candidate> chosen = new ArrayList<>();
        for (Candidate node : ranked) {
            if (chosen.size() == wanted) {
                break;
            }
            if (fits(node, counts, limit)) {
                occupy(node, counts);
                chosen.add(node);
            }
        }
        return chosen;
    }

    private static boolean fits(Candidate node, Map<String, Integer> counts, Limit limit) {
        for (int depth = 0; depth < node.domains().size(); depth++) {
            if (counts.getOrDefault(node.domains().get(depth), 0) >= limit.at(depth)) {
                return false;
            }
        }
        return true;
    }

    private static void occupy(Candidate node, Map<String, Integer> counts) {
        node.domains().forEach(domain -> counts.merge(domain, 1, Integer::sum));
    }

    private static Plan plan(
            Shape shape, Map<Integer, NodeId> kept, List<Candidate> chosen, Map<String, Integer> held, int free) {
        SortedMap<Integer, NodeId> nodes = new TreeMap<>(kept);
        Map<String, Integer> counts = new TreeMap<>(held);
        int next = 0;
        for (int piece = 0; piece < shape.pieces() && next < chosen.size(); piece++) {
            if (!nodes.containsKey(piece)) {
                nodes.put(piece, chosen.get(next).id());
                occupy(chosen.get(next), counts);
                next++;
            }
        }
        List<Shortfall> shortfalls = new ArrayList<>();
        if (nodes.size() < shape.pieces()) {
            shortfalls.add(new Shortfall.NodesMissing(shape.pieces(), kept.size() + free));
        }
        new TreeMap<>(counts).forEach((domain, pieces) -> {
            if (pieces > shape.perDomain()) {
                shortfalls.add(new Shortfall.DomainOverfull(domain, pieces, shape.perDomain()));
            }
        });
        return new Plan(nodes, shortfalls);
    }
}
