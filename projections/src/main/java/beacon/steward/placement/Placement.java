package beacon.steward.placement;

import beacon.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Chooses nodes for the pieces of one stripe. Nodes are ranked by weighted rendezvous hashing (Thaler and Ravishankar,
 * 1998; weights after Schindelhauer and Schomaker, 2005): each gets load in proportion to its weight, and a node that
 * comes or goes moves only what it gains or held. From the best rank down a node is taken unless one of its failure
 * domains is full. Domains are nested, so the sets of nodes allowed are the independent sets of a laminar matroid and
 * taking the best first finds as many nodes as there can be: when this finds too few, no choice keeps the limits.
 */
public final class Placement {
    private Placement() {}

    /**
     * A plan for one stripe.
     *
     * @param stripe names the stripe; the same name gives the same ranks
     * @param candidates nodes that take pieces, each once
     * @param kept pieces that stay where they are, by number; their nodes need not be candidates
     * @param keptDomains nodes of kept pieces, as far as known, for their domains
     */
    public static Plan choose(
            byte[] stripe,
            Shape shape,
            Collection<Candidate> candidates,
            Map<Integer, NodeId> kept,
            Collection<Candidate> keptDomains) {
        return choose(stripe, shape, Fleet.of(candidates, keptDomains), kept);
    }

    /**
     * A plan for one stripe of many.
     *
     * @param stripe names the stripe; the same name gives the same ranks
     * @param kept pieces that stay where they are, by number; their nodes need not be candidates
     */
    public static Plan choose(byte[] stripe, Shape shape, Fleet fleet, Map<Integer, NodeId> kept) {
        Set<NodeId> taken = new LinkedHashSet<>(kept.values());
        Map<String, Integer> held = new TreeMap<>();
        fleet.holders(taken).forEach(node -> occupy(node, held));
        int missing = shape.pieces() - kept.size();
        Fleet.Ranking ranking = fleet.new Ranking(stripe, taken, missing);
        List<Candidate> chosen;
        boolean complete;
        do {
            // Whoever comes later in the ranks changes nothing about those who come first.
            Fleet.Ranks ranks = ranking.more();
            chosen = take(ranks.nodes(), missing, held, depth -> fleet.even(shape, depth));
            complete = ranks.complete();
        } while (chosen.size() < missing && !complete);
        int limit = shape.perDomain();
        if (chosen.size() < missing) {
            List<Candidate> ranked = ranking.all().nodes();
            while (chosen.size() < missing && limit <= shape.pieces()) {
                int allowed = limit++;
                chosen = take(ranked, missing, held, depth -> allowed);
            }
        }
        return plan(shape, kept, chosen, held, fleet.free(taken));
    }

    /** A plan for a new stripe. */
    public static Plan choose(byte[] stripe, Shape shape, Collection<Candidate> candidates) {
        return choose(stripe, shape, candidates, Collections.emptySortedMap(), List.of());
    }

    /** Pieces that a domain may hold, by its depth. */
    private interface Limit {
        int at(int depth);
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
