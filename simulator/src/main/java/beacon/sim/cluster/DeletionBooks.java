package beacon.sim.cluster;

import beacon.index.log.Recorded;
import beacon.model.Cid;
import beacon.model.Event;
import beacon.model.PolicyNames;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What history says of names, holds, retention, votes and releases, folded in the simplest way and by nothing of production: to
 * judge by whether a release is right.
 */
final class DeletionBooks {
    private static final int DESIGNATED = 5;

    private final Map<String, ByteString> names = new LinkedHashMap<>();
    private final Map<ByteString, Set<String>> everNamed = new LinkedHashMap<>();
    private final Set<ByteString> unnamed = new LinkedHashSet<>();
    private final Map<ByteString, Integer> live = new LinkedHashMap<>();
    private final Map<ByteString, Set<String>> holds = new LinkedHashMap<>();
    private final Map<String, Long> rules = new TreeMap<>();
    private final Map<ByteString, Long> placed = new LinkedHashMap<>();
    private final Map<ByteString, Proposal> proposals = new LinkedHashMap<>();
    private final Set<ByteString> nodes = new LinkedHashSet<>();
    private final Map<ByteString, Long> released = new LinkedHashMap<>();
    private long grace;

    /** A proposal that was neither withdrawn nor carried out, and when who agreed. */
    private record Proposal(long sequence, Map<ByteString, Long> votes) {}

    /** @param micros from the votes to the release */
    void grace(long micros) {
        grace = micros;
    }

    /** What is released, and when, in microseconds since 1970. */
    Map<ByteString, Long> released() {
        return released;
    }

    boolean isReleased(ByteString manifest) {
        return released.containsKey(manifest);
    }

    /** Whether history says that the name of an artifact was removed. */
    boolean isUnnamed(Artifact artifact) {
        return unnamed.contains(artifact.manifest());
    }

    /** What speaks against a release now; nothing when it is right. */
    List<String> against(ByteString manifest, long unixMicros) {
        Set<String> reasons = new LinkedHashSet<>();
        if (live.getOrDefault(manifest, 0) > 0) {
            reasons.add("a name");
        }
        if (!holds.getOrDefault(manifest, Set.of()).isEmpty()) {
            reasons.add("a hold");
        }
        if (placed.getOrDefault(manifest, 0L) + retention(manifest) > unixMicros) {
            reasons.add("retention");
        }
        Proposal proposal = proposals.get(manifest);
        int needed = Math.min(DESIGNATED, nodes.size()) / 2 + 1;
        if (proposal == null || proposal.votes().size() < needed) {
            reasons.add("missing votes");
        } else {
            long enough = proposal.votes().values().stream()
                    .sorted()
                    .skip(needed - 1)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
            if (enough > unixMicros - grace) {
                reasons.add("the grace");
            }
        }
        return List.copyOf(reasons);
    }

    private long retention(ByteString manifest) {
        long longest = 0;
        for (String key : everNamed.getOrDefault(manifest, Set.of())) {
            int scope = -1;
            long kept = 0;
            for (Map.Entry<String, Long> rule : rules.entrySet()) {
                if (key.startsWith(rule.getKey()) && rule.getKey().length() > scope) {
                    scope = rule.getKey().length();
                    kept = rule.getValue();
                }
            }
            longest = Math.max(longest, kept);
        }
        return longest;
    }

    /** Takes the next event of history. */
    void add(Recorded recorded) {
        Event event = recorded.event();
        long at = recorded.timeUnixMicros();
        if (event instanceof Event.PointerSet set) {
            point(set.addressKey(), set.cid().bytes());
        } else if (event instanceof Event.PointerRemoved removed) {
            point(removed.addressKey(), null);
        } else if (event instanceof Event.PinPlaced pin) {
            placed.put(pin.manifest().bytes(), at);
        } else if (event instanceof Event.NodeJoined joined) {
            nodes.add(joined.nodeId());
        } else if (event instanceof Event.NodeChanged changed) {
            if (changed.change() == Event.NodeChange.LEFT) {
                nodes.remove(changed.nodeId());
            }
        } else if (event instanceof Event.PolicyChanged changed
                && changed.name().equals(PolicyNames.RETENTION)) {
            Duration kept = PolicyNames.keep(changed.settings().get(0).value()).orElse(Duration.ZERO);
            rules.put(changed.scope(), kept.toMillis() * 1_000);
        } else if (event instanceof Event.PinReleased gone) {
            proposals.remove(gone.manifest().bytes());
            released.put(gone.manifest().bytes(), at);
        } else {
            tombstone(event, recorded.sequence(), at);
        }
    }

    private void point(String key, @Nullable ByteString target) {
        ByteString before = target == null ? names.remove(key) : names.put(key, target);
        if (before != null) {
            live.merge(before, -1, Integer::sum);
            unnamed.add(before);
        }
        if (target != null) {
            unnamed.remove(target);
            live.merge(target, 1, Integer::sum);
            everNamed.computeIfAbsent(target, any -> new TreeSet<>()).add(key);
        }
    }

    private void tombstone(Event event, long sequence, long at) {
        if (event instanceof Event.TombstoneProposed proposed) {
            proposals.put(proposed.manifest().bytes(), new Proposal(sequence, new LinkedHashMap<>()));
        } else if (event instanceof Event.TombstoneVoted voted) {
            Proposal proposal = proposals.get(voted.manifest().bytes());
            if (proposal != null && proposal.sequence() == voted.proposal()) {
                proposal.votes().putIfAbsent(voted.nodeId(), at);
            }
        } else if (event instanceof Event.TombstoneWithdrawn withdrawn) {
            proposals.remove(withdrawn.manifest().bytes());
        } else if (event instanceof Event.HoldPlaced hold) {
            holds.computeIfAbsent(hold.manifest().bytes(), any -> new TreeSet<>())
                    .add(hold.name());
            proposals.remove(hold.manifest().bytes());
        } else if (event instanceof Event.HoldLifted hold) {
            holds.getOrDefault(hold.manifest().bytes(), new TreeSet<>()).remove(hold.name());
        }
    }

    /** The released artifact that an event brings back; null when it does not. */
    @Nullable
    Cid broughtBack(Event event) {
        if (released.isEmpty()) {
            return null;
        }
        Cid about = null;
        if (event instanceof Event.PinPlaced pin) {
            about = pin.manifest();
        } else if (event instanceof Event.PointerSet set) {
            about = set.cid();
        } else if (event instanceof Event.ShardMoved moved) {
            about = moved.manifest();
        }
        return about != null && isReleased(about.bytes()) ? about : null;
    }
}
