package beacon.dht.kademlia;

import beacon.dht.wire.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One walk towards a key, as a step function: {@link #next} says whom to ask now, {@link #answered} and {@link #failed}
 * say what came of it. On each path the closest peers that have not failed are asked until enough of them have answered.
 * Peers that fail never count as found, and no peer is asked twice. What is remembered is bounded: of an answer k peers
 * count, of a path those that were asked and the closest 8·k others.
 */
public final class Lookup {
    private static final int KEPT_TIMES_K = 8;

    private final KadKey target;
    private final PeerId self;
    private final LookupRules rules;
    private final List<TreeMap<KadKey, Candidate>> paths = new ArrayList<>();
    private final TreeMap<PeerId, Candidate> known = new TreeMap<>();
    /** Of each path, how many were asked so far. */
    private final int[] askedOn;

    private int inFlight;
    private int messages;

    private enum State {
        HEARD,
        ASKED,
        ANSWERED,
        FAILED
    }

    private static final class Candidate {
        private final KadPeer peer;
        private final KadKey key;
        private final int path;
        private final int depth;
        private State state = State.HEARD;

        Candidate(KadPeer peer, int path, int depth) {
            this.peer = peer;
            this.key = KadKey.of(peer.id());
            this.path = path;
            this.depth = depth;
        }
    }

    /** A walk that starts at the closest peers known. */
    public Lookup(KadKey target, PeerId self, LookupRules rules, List<KadPeer> seeds) {
        this.target = target;
        this.self = self;
        this.rules = rules;
        this.askedOn = new int[rules.paths()];
        for (int path = 0; path < rules.paths(); path++) {
            paths.add(new TreeMap<>(target.byDistance()));
        }
        for (int i = 0; i < seeds.size(); i++) {
            hear(seeds.get(i), i % rules.paths(), 1);
        }
    }

    private void hear(KadPeer peer, int path, int depth) {
        if (peer.id().equals(self) || known.containsKey(peer.id())) {
            return;
        }
        Candidate candidate = new Candidate(peer, path, depth);
        TreeMap<KadKey, Candidate> candidates = paths.get(path);
        known.put(peer.id(), candidate);
        candidates.put(candidate.key, candidate);
        if (candidates.size() - askedOn[path] > KEPT_TIMES_K * rules.resultSize()) {
            // Those that were asked stay: they count, or their answer is still to come.
            candidates.descendingMap().values().stream()
                    .filter(one -> one.state == State.HEARD)
                    .findFirst()
                    .ifPresent(farthest -> {
                        candidates.remove(farthest.key);
                        known.remove(farthest.peer.id());
                    });
        }
    }

    /** Peers to be asked now; they count as asked from here on. */
    public List<KadPeer> next() {
        List<KadPeer> ask = new ArrayList<>();
        int share = Math.max(1, rules.parallelism() / rules.paths());
        for (TreeMap<KadKey, Candidate> candidates : paths) {
            int asked = (int) candidates.values().stream()
                    .filter(one -> one.state == State.ASKED)
                    .count();
            int considered = 0;
            for (Candidate one : candidates.values()) {
                if (asked >= share || considered >= rules.resultSize() || pathDone(candidates)) {
                    break;
                }
                if (one.state == State.HEARD) {
                    one.state = State.ASKED;
                    asked++;
                    inFlight++;
                    messages++;
                    askedOn[one.path]++;
                    ask.add(one.peer);
                }
                considered += one.state == State.FAILED ? 0 : 1;
            }
        }
        return ask;
    }

    /** A peer answered and named others. */
    public void answered(PeerId peer, List<KadPeer> closer) {
        Candidate candidate = settle(peer, State.ANSWERED);
        if (candidate == null) {
            return;
        }
        closer.stream()
                .limit(rules.resultSize() + 1L)
                .forEach(heard -> hear(heard, candidate.path, candidate.depth + 1));
    }

    /** A peer did not answer, or wrongly. */
    public void failed(PeerId peer) {
        settle(peer, State.FAILED);
    }

    private @Nullable Candidate settle(PeerId peer, State state) {
        Candidate candidate = known.get(peer);
        if (candidate == null || candidate.state != State.ASKED) {
            return null;
        }
        candidate.state = state;
        inFlight--;
        return candidate;
    }

    /** Whether enough of the closest peers have answered on every path, or nobody is left to be asked. */
    public boolean isDone() {
        return paths.stream().allMatch(this::pathDone);
    }

    private boolean pathDone(Map<KadKey, Candidate> candidates) {
        int answered = 0;
        for (Candidate one : candidates.values()) {
            if (answered == rules.mustAnswer()) {
                return true;
            }
            if (one.state == State.ANSWERED) {
                answered++;
            } else if (one.state != State.FAILED) {
                return false;
            }
        }
        return true;
    }

    /** The closest peers that have answered, closest first. */
    public List<KadPeer> closest() {
        return answers().stream().limit(rules.resultSize()).map(one -> one.peer).toList();
    }

    private List<Candidate> answers() {
        List<Candidate> answers = new ArrayList<>();
        for (TreeMap<KadKey, Candidate> candidates : paths) {
            candidates.values().stream()
                    .filter(one -> one.state == State.ANSWERED)
                    .forEach(answers::add);
        }
        answers.sort(Comparator.comparing(one -> one.key, target.byDistance()));
        return answers;
    }

    /** Requests on the way to the closest peer found: 1 when it was known from the start, 0 when none was found. */
    public int hops() {
        List<Candidate> answers = answers();
        return answers.isEmpty() ? 0 : answers.get(0).depth;
    }

    /** Peers that are remembered. */
    int remembered() {
        return known.size();
    }

    /** Requests sent so far. */
    public int messages() {
        return messages;
    }

    /** Requests that are neither answered nor failed. */
    public int inFlight() {
        return inFlight;
    }
}
