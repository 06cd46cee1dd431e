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
    /** With fewer columns under way not everybody works. */
    private static final int BUSY = 16;

    private final TreeMap<Long, Long> beats = new TreeMap<>();
    private final Map<ByteString, Long> down = new LinkedHashMap<>();
    /** Nodes that were down on a beat, when any was. */
    private final Map<Long, Set<ByteString>> downOnBeat = new LinkedHashMap<>();

    private final Set<ByteString> moved = new LinkedHashSet<>();
    private final List<Long> pulses = new ArrayList<>();
    private final List<Long> bars = new ArrayList<>();
    /** When each column was decided, and made. */
    private final List<Made> made = new ArrayList<>();

    private long lastIndex = -1;
    private long lastReverbIndex = -1;
    private long lastReverb = -1;
    private long beatMicros;
    private long waitedAtMost = Long.MAX_VALUE;

    /** Times for which nodes were waited for, or a round that took long left no room to decide. */
    private final TreeSet<Long> waited = new TreeSet<>();

    private record Made(long decided, long at) {}

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
        Long decided = beats.get(beatSequence);
        if (decided != null) {
            made.add(new Made(decided, Math.max(decided, at)));
        }
    }

    History.Cadence finish() {
        return new History.Cadence(beatMicros, median(pulses), median(bars), grace(), column());
    }

    private long grace() {
        Long least = waited.lower(waitedAtMost);
        long from = least == null ? 0 : Math.max(0, least);
        return waitedAtMost == Long.MAX_VALUE ? -1 : from + (waitedAtMost - from) / 2;
    }

    /** Time for each column that was made while so many or more were wanted; 0 when that never was. */
    private long column() {
        long[] wanted = made.stream().mapToLong(Made::decided).sorted().toArray();
        long[] done = made.stream().mapToLong(Made::at).sorted().toArray();
        long columns = 0;
        long micros = 0;
        long before = 0;
        int begun = 0;
        for (int ended = 0; ended < done.length; ended++) {
            while (begun < wanted.length && wanted[begun] <= done[ended]) {
                micros += begun - ended >= BUSY ? wanted[begun] - before : 0;
                before = wanted[begun];
                begun++;
            }
            if (begun - ended >= BUSY) {
                columns++;
                micros += done[ended] - before;
            }
            before = done[ended];
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
