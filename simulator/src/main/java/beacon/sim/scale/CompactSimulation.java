package beacon.sim.scale;

import beacon.dht.kademlia.LookupRules;
import beacon.sim.scale.CompactTables.Selection;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Walks of a network of compact nodes in virtual time: each request and each answer takes its time, servers answer from
 * their tables, both sides learn from each other, and those that are gone do not answer. An event is the arrival of one
 * message, or the end of waiting for one.
 */
public final class CompactSimulation {
    /** k = 20, α = 10: defaults of a Beacon node. */
    public static final LookupRules CLOSEST = new LookupRules(20, 10, 20, 1);

    private static final long TIMEOUT_MICROS = 1_000_000;
    private static final long LEAST_MICROS = 1_200;
    private static final int JITTER_MICROS = 2_000;
    private static final int MOST_HOPS = 64;
    private static final int LEFT_BEHIND = 4;
    private static final long PRIME = 0x100000001b3L;

    private final CompactTables tables;
    private final LookupRules rules;
    private final SplittableRandom random;
    private final BitSet gone;
    private final EventHeap heap = new EventHeap();
    private final CompactLookup[] walks;
    private final Selection selection;
    private final int[] asked;
    /** Of each request under way: the walk, the peer, whether it is the answer that is due, and who is named in it with which key. */
    private final int[] walkOf;

    private final int[] roundOf;
    private final int[] askerOf;
    private final int[] peerOf;
    private final byte[] kindOf;
    private final int[] namedCount;
    private final int[] named;
    private final long[] namedKeys;
    private final int[] free;
    /** How many walks each place has had, so that an answer to an earlier one is known. */
    private final int[] rounds;

    private int freeCount;
    private long now;
    private long events;
    private long requests;
    private long failures;
    private long hash = 0xcbf29ce484222325L;
    private int begun;
    private int ended;
    private final int[] hops = new int[MOST_HOPS];

    private static final byte REQUEST = 0;
    private static final byte ANSWER = 1;
    private static final byte SILENCE = 2;

    /**
     * A network.
     *
     * @param nodes as many as there are to be
     * @param gone share of them that does not answer any more, while others still have them in their tables
     * @param atOnce walks under way at a time
     */
    public CompactSimulation(int nodes, double gone, int atOnce, long seed) {
        this(filled(nodes, seed), gone, atOnce, CLOSEST, seed);
    }

    private static CompactTables filled(int nodes, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CompactTables tables = new CompactTables(CompactTables.randomKeys(nodes, random), CLOSEST.resultSize());
        tables.fill(random);
        return tables;
    }

    CompactSimulation(CompactTables tables, double goneShare, int atOnce, LookupRules rules, long seed) {
        // Walks that end leave requests behind that nobody waits for any more.
        int slots = LEFT_BEHIND * atOnce * rules.parallelism();
        if (slots > 1 << EventHeap.SLOT_BITS) {
            throw new IllegalArgumentException("expected fewer walks at a time, but found " + atOnce);
        }
        this.tables = tables;
        this.rules = rules;
        this.random = new SplittableRandom(seed ^ 0x5851f42d4c957f2dL);
        this.gone = new BitSet(tables.nodes());
        for (int i = 0; i < tables.nodes(); i++) {
            if (random.nextDouble() < goneShare) {
                gone.set(i);
            }
        }
        this.walks = new CompactLookup[atOnce];
        Arrays.setAll(walks, i -> new CompactLookup(rules));
        this.selection = new Selection(rules.resultSize() + 1);
        this.asked = new int[rules.parallelism()];
        this.walkOf = new int[slots];
        this.roundOf = new int[slots];
        this.askerOf = new int[slots];
        this.rounds = new int[atOnce];
        this.peerOf = new int[slots];
        this.kindOf = new byte[slots];
        this.namedCount = new int[slots];
        this.named = new int[slots * rules.resultSize()];
        this.namedKeys = new long[named.length];
        this.free = new int[slots];
        this.freeCount = slots;
        Arrays.setAll(free, i -> slots - 1 - i);
    }

    /**
     * What came of some walks.
     *
     * @param events arrivals of messages, and ends of waiting
     * @param hopsMedian interpolated within the number of hops, as of grouped data
     * @param hopCounts walks by number of hops
     * @param micros virtual time that passed
     * @param hash over every event; the same for the same seed
     */
    public record Outcome(
            int walks,
            long events,
            long requests,
            long failures,
            double hopsMean,
            double hopsMedian,
            List<Integer> hopCounts,
            long micros,
            long hash) {
        public Outcome {
            hopCounts = List.copyOf(hopCounts);
        }
    }

    /** Does so many walks, each from a random node to a random key; the next begins when one ends. */
    public Outcome run(int count) {
        long eventsBefore = events;
        long requestsBefore = requests;
        long failuresBefore = failures;
        long microsBefore = now;
        Arrays.fill(hops, 0);
        begun = 0;
        ended = 0;
        for (int walk = 0; walk < Math.min(walks.length, count); walk++) {
            begin(walk);
        }
        while (ended < count) {
            step(count);
        }
        return new Outcome(
                count,
                events - eventsBefore,
                requests - requestsBefore,
                failures - failuresBefore,
                mean(count),
                median(count),
                Arrays.stream(hops).limit(lastHop() + 1L).boxed().toList(),
                now - microsBefore,
                hash);
    }

    /** Of all runs. */
    public long events() {
        return events;
    }

    private void begin(int walk) {
        int from = random.nextInt(tables.nodes());
        while (gone.get(from)) {
            from = random.nextInt(tables.nodes());
        }
        begun++;
        rounds[walk]++;
        CompactLookup lookup = walks[walk];
        lookup.begin(from, random.nextLong());
        int count = tables.closest(from, lookup.target(), rules.resultSize(), -1, selection);
        for (int i = 0; i < count; i++) {
            lookup.hear(selection.peers[i], selection.key(i), 1);
        }
        ask(walk);
    }

    private void ask(int walk) {
        CompactLookup lookup = walks[walk];
        int count = lookup.next(asked);
        for (int i = 0; i < count; i++) {
            int slot = free[--freeCount];
            walkOf[slot] = walk;
            roundOf[slot] = rounds[walk];
            askerOf[slot] = lookup.self();
            peerOf[slot] = asked[i];
            boolean silent = gone.get(asked[i]);
            kindOf[slot] = silent ? SILENCE : REQUEST;
            heap.add(now + (silent ? TIMEOUT_MICROS : delay(lookup.self(), asked[i])), slot);
            requests++;
        }
    }

    /** One way between two nodes: each is so far from the middle of the network, and then chance. */
    private long delay(int one, int other) {
        return LEAST_MICROS + lag(one) + lag(other) + random.nextInt(JITTER_MICROS);
    }

    private long lag(int node) {
        long share = (node * 0x9e3779b97f4a7c15L) >>> 44;
        return 500 + share * share / (1L << 25);
    }

    private void step(int wanted) {
        long event = heap.remove();
        int slot = EventHeap.slot(event);
        now = EventHeap.micros(event);
        events++;
        int peer = peerOf[slot];
        int asker = askerOf[slot];
        byte kind = kindOf[slot];
        hash = (hash ^ (now * 31 + peer * 3L + kind)) * PRIME;
        if (kind == REQUEST) {
            serve(slot, peer, asker);
            kindOf[slot] = ANSWER;
            heap.add(now + delay(peer, asker), slot);
            return;
        }
        if (kind == ANSWER) {
            tables.offer(asker, peer);
        } else {
            failures++;
            tables.failed(asker, peer);
        }
        int walk = walkOf[slot];
        if (roundOf[slot] == rounds[walk]) {
            settle(walk, slot, kind);
            freeSlot(slot);
            advance(walk, wanted);
        } else {
            freeSlot(slot);
        }
    }

    private void freeSlot(int slot) {
        free[freeCount++] = slot;
    }

    private void serve(int slot, int server, int asker) {
        int count = tables.closest(server, walks[walkOf[slot]].target(), rules.resultSize(), asker, selection);
        if (roundOf[slot] == rounds[walkOf[slot]]) {
            namedCount[slot] = count;
            int start = slot * rules.resultSize();
            for (int i = 0; i < count; i++) {
                named[start + i] = selection.peers[i];
                namedKeys[start + i] = selection.key(i);
            }
        }
        tables.offer(server, asker);
    }

    private void settle(int walk, int slot, byte kind) {
        CompactLookup lookup = walks[walk];
        long key = tables.key(peerOf[slot]);
        if (kind == SILENCE) {
            lookup.failed(key);
            return;
        }
        int depth = lookup.answered(key);
        int start = slot * rules.resultSize();
        for (int i = start; depth > 0 && i < start + namedCount[slot]; i++) {
            lookup.hear(named[i], namedKeys[i], depth);
        }
    }

    private void advance(int walk, int wanted) {
        CompactLookup lookup = walks[walk];
        if (!lookup.isDone()) {
            ask(walk);
            return;
        }
        hops[Math.min(lookup.hops(), MOST_HOPS - 1)]++;
        ended++;
        rounds[walk]++;
        if (begun < wanted) {
            begin(walk);
        }
    }

    private int lastHop() {
        int last = MOST_HOPS - 1;
        while (last > 0 && hops[last] == 0) {
            last--;
        }
        return last;
    }

    private double mean(int count) {
        double sum = 0;
        for (int i = 0; i < hops.length; i++) {
            sum += (double) i * hops[i];
        }
        return sum / count;
    }

    private double median(int count) {
        double half = count / 2.0;
        int below = 0;
        for (int i = 0; i < hops.length; i++) {
            if (below + hops[i] >= half) {
                return i - 0.5 + (half - below) / hops[i];
            }
            below += hops[i];
        }
        return 0;
    }
}
