package beacon.node.steward;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Compares the projections of members where they were seen at the same entry of the log, and remembers between which two
 * entries they began to differ. A digest of one entry never changes, so what was seen at different moments compares. Pure.
 */
final class ProjectionWatch {
    private final Map<String, Range> ranges = new TreeMap<>();

    /** What a member said of one of its projections. */
    record Seen(String member, String projection, int version, long sequence, String digest) {}

    /**
     * Members hold different projections.
     *
     * @param lastEqual entry before the difference at which all members were last seen equal; 0, where every projection
     *     is empty, when none was seen
     * @param firstDifferent smallest entry at which they were seen to differ
     * @param digests of the members at that entry
     */
    record Difference(
            String projection, int version, long lastEqual, long firstDifferent, SortedMap<String, String> digests) {}

    /** Digests of one version of a projection: by entry, then by member. */
    private static final class Digests {
        private int version;
        private final NavigableMap<Long, SortedMap<String, String>> bySequence = new TreeMap<>();
    }

    /** What is known of a projection; what was seen of an older version says nothing about a newer one. */
    private static final class Range {
        private int version;
        private long lastEqual;
        private long firstDifferent;
        private SortedMap<String, String> digests = new TreeMap<>();

        void look(Digests seen, Set<String> members) {
            if (seen.version < version) {
                return;
            }
            if (seen.version > version) {
                version = seen.version;
                lastEqual = 0;
                firstDifferent = 0;
            }
            seen.bySequence.forEach((sequence, each) -> {
                if (each.values().stream().distinct().count() > 1) {
                    different(sequence, each);
                } else if (each.keySet().containsAll(members)) {
                    equal(sequence);
                }
            });
        }

        private void different(long sequence, SortedMap<String, String> found) {
            if (firstDifferent == 0 || sequence < firstDifferent) {
                firstDifferent = sequence;
                digests = found;
                // Only a member that was not there when they were equal can differ below.
                lastEqual = lastEqual < sequence ? lastEqual : 0;
            }
        }

        /** Equal behind a difference: what was wrong has been made again. */
        private void equal(long sequence) {
            if (sequence > firstDifferent) {
                firstDifferent = 0;
            }
            if (firstDifferent == 0 || sequence < firstDifferent) {
                lastEqual = Math.max(lastEqual, sequence);
            }
        }
    }

    /**
     * Takes in what was seen.
     *
     * @param members who has to be equal
     * @return what differs, in the order of the projections, until all members are seen equal behind it
     */
    List<Difference> compare(Set<String> members, List<Seen> seen) {
        newest(seen)
                .forEach((projection, digests) -> ranges.computeIfAbsent(projection, unused -> new Range())
                        .look(digests, members));
        List<Difference> differ = new ArrayList<>();
        ranges.forEach((projection, range) -> {
            if (range.firstDifferent > 0) {
                differ.add(new Difference(
                        projection, range.version, range.lastEqual, range.firstDifferent, range.digests));
            }
        });
        return differ;
    }

    /** Whether each projection was seen of all these members at one entry. */
    static boolean isComplete(Set<String> members, List<Seen> seen) {
        return newest(seen).values().stream()
                .allMatch(digests -> digests.bySequence.values().stream()
                        .anyMatch(each -> each.keySet().containsAll(members)));
    }

    /** Projections that are known, in their order. */
    List<String> projections() {
        return List.copyOf(ranges.keySet());
    }

    private static SortedMap<String, Digests> newest(List<Seen> seen) {
        SortedMap<String, Digests> all = new TreeMap<>();
        for (Seen each : seen) {
            if (each.sequence() == 0) {
                continue;
            }
            Digests digests = all.computeIfAbsent(each.projection(), unused -> new Digests());
            if (each.version() > digests.version) {
                digests.version = each.version();
                digests.bySequence.clear();
            }
            if (each.version() == digests.version) {
                digests.bySequence
                        .computeIfAbsent(each.sequence(), unused -> new TreeMap<>())
                        .put(each.member(), each.digest());
            }
        }
        return all;
    }
}
