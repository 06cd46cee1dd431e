package beacon.sim.history;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** How often beats come, how long nodes were waited for, and how fast columns were made again. */
final class CadenceReader {
    /** Fewer columns that were wanted on one beat say little: in their end not everybody works. */
    private static final int ROUND = 16;

    private final TreeMap<Long, Long> beats = new TreeMap<>();
    private final Map<ByteString, Long> down = new LinkedHashMap<>();
    /** Nodes that were down on a beat, when any was. */
    private final Map<Long, Set<ByteString>> downOnBeat = new LinkedHashMap<>();

    private final Set<ByteString> moved = new LinkedHashSet<>();
    private final List<Long> pulses = new ArrayList<>();
    private final List<Long> bars = new ArrayList<>();
    /** By the beat on which they were decided. */
    private final Map<Long, Round> rounds = new LinkedHashMap<>();

    private long lastIndex = -1;
    private long lastReverbIndex = -1;
    private long lastReverb = -1;
    private long beatMicros;
    private long waitedAtMost = Long.MAX_VALUE;

    /** Times for which nodes were waited for, or a round that took long left no room to decide. */
    private final TreeSet<Long> waited = new TreeSet<>();

    /** Columns that were wanted on one beat. */
    private static final class Round {
        private int columns;
        private long last;
    }

    void beat(long sequence, long at, long index, boolean reverb) {
        beats.put(sequence, at);
        if (!down.isEmpty()) {
            downOnBeat.put(sequence, new LinkedHashSet<>(down.keySet()));
        }
        // The number of a beat is how often its length fits into the time since 1970.
        beatMicros = index > 0 ? Math.round(at / 1e3 / index) * 1_000 : 0;
        if (lastIndex >= 0) {
            pulses.add(index - lastIndex);
        }
        lastIndex = index;
        if (reverb) {
            if (lastReverbIndex >= 0) {
                bars.add(index - lastReverbIndex);
            }
            lastReverbIndex = index;
            lastReverb = at;
        }
    }

    Optional<Long> lastReverb() {
        return lastReverb < 0 ? Optional.empty() : Optional.of(lastReverb);
    }

    void wentDown(ByteString node, long at) {
        down.put(node, at);
        moved.remove(node);
    }

    boolean wasDown(ByteString node, long beatSequence) {
        return downOnBeat.getOrDefault(beatSequence, Set.of()).contains(node);
    }

    void cameUp(ByteString node, boolean held) {
        Long since = down.remove(node);
        if (since != null && held && !moved.remove(node) && !beats.isEmpty()) {
            waited.add(beats.lastEntry().getValue() - since);
        }
    }

    void movedAway(ByteString node, long beatSequence) {
        Long since = down.get(node);
        Long decided = beats.get(beatSequence);
        if (since != null && decided != null && decided >= since && moved.add(node)) {
            waitedAtMost = Math.min(waitedAtMost, decided - since);
            // On the beat before that it was still waited for.
            Map.Entry<Long, Long> before = beats.lowerEntry(beatSequence);
            if (before != null) {
                waited.add(before.getValue() - since);
            }
        }
    }

    /** A column was made that was wanted on a beat. */
    void made(long beatSequence, long at) {
        Round round = rounds.computeIfAbsent(beatSequence, any -> new Round());
        round.columns++;
        round.last = at;
    }

    History.Cadence finish() {
        return new History.Cadence(beatMicros, median(pulses), median(bars), grace(), column());
    }

    private long grace() {
        Long least = waited.lower(waitedAtMost);
        long from = least == null ? 0 : Math.max(0, least);
        return waitedAtMost == Long.MAX_VALUE ? -1 : from + (waitedAtMost - from) / 2;
    }

    private long column() {
        long columns = 0;
        long micros = 0;
        for (Map.Entry<Long, Round> each : rounds.entrySet()) {
            Long decided = beats.get(each.getKey());
            Round round = each.getValue();
            if (decided != null && round.columns >= ROUND) {
                columns += round.columns;
                micros += round.last - decided;
            }
        }
        return columns == 0 ? 0 : micros / columns;
    }

    private static int median(List<Long> values) {
        if (values.isEmpty()) {
            return 0;
        }
        List<Long> sorted = new ArrayList<>(values);
        sorted.sort(null);
        return Math.toIntExact(sorted.get(sorted.size() / 2));
    }
}
