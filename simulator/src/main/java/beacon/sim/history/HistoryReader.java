package beacon.sim.history;

import beacon.index.journal.Journal;
import beacon.index.log.RecordReader;
import beacon.index.log.Recorded;
import beacon.index.state.RecordedCodec;
import beacon.model.Event;
import beacon.model.Event.MoveCause;
import beacon.sim.history.History.Column;
import beacon.sim.history.History.Group;
import beacon.sim.history.History.Step;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Folds the events of a log into its {@link History}. */
public final class HistoryReader {
    /** Before the reverb that found it, so that it is there when the audit begins. */
    private static final long BEFORE = 1_000;

    private final List<Step> steps = new ArrayList<>();
    private final Map<ByteString, List<Columns>> pins = new LinkedHashMap<>();
    private final Map<ByteString, Integer> held = new LinkedHashMap<>();
    private final Map<ByteString, Burst> bursts = new LinkedHashMap<>();
    private final Map<MoveCause, Long> moves = new EnumMap<>(MoveCause.class);
    private final Map<MoveCause, Long> bytes = new EnumMap<>(MoveCause.class);
    private final CadenceReader cadence = new CadenceReader();
    private long start = -1;
    private long end;
    private long pinned;
    private long released;
    private long wentDown;
    private long faults;

    /** Where the columns of a group are. */
    private static final class Columns {
        private final int dataShards;
        private final ByteString[] nodes;
        private long beat;
        private int margin;

        Columns(int dataShards, ByteString[] nodes) {
            this.dataShards = dataShards;
            this.nodes = nodes;
        }
    }

    /** Columns of one node that one audit found to be gone. */
    private record Burst(long reverb, int held, Map<Column, Boolean> columns) {}

    /** Reads a whole journal. */
    public static History read(Journal journal) {
        HistoryReader reader = new HistoryReader();
        long last = journal.lastSequence();
        try (RecordReader records = journal.readFrom(1)) {
            for (long sequence = 0; sequence < last && records.next(); sequence++) {
                reader.add(RecordedCodec.decode(records.copy()));
            }
        }
        return reader.finish();
    }

    /** Takes the next event. */
    public void add(Recorded recorded) {
        long at = recorded.timeUnixMicros();
        start = start < 0 ? at : start;
        end = at;
        Event event = recorded.event();
        if (event instanceof Event.NodeJoined joined) {
            steps.add(new History.Joined(at, joined.nodeId(), joined.failureDomain(), joined.capacityBytes()));
        } else if (event instanceof Event.NodeChanged changed) {
            changed(at, changed);
        } else if (event instanceof Event.BeatStruck beat) {
            cadence.beat(recorded.sequence(), at, beat.beatIndex(), beat.reverb());
        } else if (event instanceof Event.PinPlaced placed) {
            placed(at, placed);
        } else if (event instanceof Event.PinReleased released) {
            released(at, released.manifest().bytes());
        } else if (event instanceof Event.ShardFaulted faulted) {
            faulted(at, faulted);
        } else if (event instanceof Event.ShardMoved moved) {
            moved(moved, recorded.eventBytes());
        }
    }

    /**
     * What was read.
     *
     * @throws IllegalArgumentException when it has no event
     */
    public History finish() {
        if (start < 0) {
            throw new IllegalArgumentException("expected a history with events, but found none");
        }
        bursts.forEach((node, burst) -> damaged(node, burst));
        bursts.clear();
        steps.sort(Comparator.comparingLong(Step::at));
        return new History(
                start, end, steps, new Measured(moves, bytes, pinned, released, wentDown, faults), cadence.finish());
    }

    private void changed(long at, Event.NodeChanged changed) {
        ByteString node = changed.nodeId();
        switch (changed.change()) {
            case LEFT -> steps.add(new History.Left(at, node));
            case WENT_DOWN -> {
                wentDown++;
                cadence.wentDown(node, at);
                steps.add(new History.WentDown(at, node));
            }
            case CAME_UP -> {
                cadence.cameUp(node, held.getOrDefault(node, 0) > 0);
                steps.add(new History.CameUp(at, node));
            }
            case DRAINED -> steps.add(new History.Drained(at, node));
        }
    }

    private void placed(long at, Event.PinPlaced placed) {
        pinned++;
        List<Group> groups = new ArrayList<>();
        List<Columns> columns = new ArrayList<>();
        for (Event.ShardGroup group : placed.groups()) {
            ByteString[] nodes = new ByteString[group.columns().size()];
            for (int column = 0; column < nodes.length; column++) {
                int place = group.columns().get(column);
                nodes[column] = place == 0 ? ByteString.EMPTY : placed.nodes().get(place - 1);
                hold(nodes[column], 1);
            }
            groups.add(new Group(
                    group.dataShards(), group.parityShards(), group.blocks(), group.columnBytes(), List.of(nodes)));
            columns.add(new Columns(group.dataShards(), nodes));
        }
        pins.put(placed.manifest().bytes(), columns);
        steps.add(new History.Pinned(at, placed.manifest().bytes(), groups));
    }

    private void hold(ByteString node, int more) {
        if (!node.isEmpty()) {
            held.merge(node, more, Integer::sum);
        }
    }

    private void released(long at, ByteString manifest) {
        released++;
        List<Columns> columns = pins.remove(manifest);
        if (columns != null) {
            for (Columns group : columns) {
                for (ByteString node : group.nodes) {
                    hold(node, -1);
                }
            }
        }
        steps.add(new History.Released(at, manifest));
    }

    private void faulted(long at, Event.ShardFaulted faulted) {
        faults++;
        ByteString node = faulted.nodeId();
        long reverb = cadence.lastReverb().orElse(at);
        Burst burst = bursts.get(node);
        if (burst == null || burst.reverb() != reverb) {
            if (burst != null) {
                damaged(node, burst);
            }
            burst = new Burst(reverb, held.getOrDefault(node, 0), new LinkedHashMap<>());
            bursts.put(node, burst);
        }
        burst.columns().put(new Column(faulted.manifest().bytes(), faulted.group(), faulted.column()), true);
    }

    private void damaged(ByteString node, Burst burst) {
        steps.add(new History.Damaged(
                burst.reverb() - BEFORE, node, List.copyOf(burst.columns().keySet()), burst.held()));
    }

    private void moved(Event.ShardMoved moved, ByteString eventBytes) {
        moves.merge(moved.cause(), 1L, Long::sum);
        try {
            bytes.merge(
                    moved.cause(),
                    beacon.proto.v1.Event.parseFrom(eventBytes).getShardMoved().getBytesRead(),
                    Long::sum);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("expected an event, but found other bytes", e);
        }
        List<Columns> groups = pins.get(moved.manifest().bytes());
        if (groups != null && moved.group() < groups.size()) {
            Columns group = groups.get(moved.group());
            ByteString[] nodes = group.nodes;
            if (moved.column() < nodes.length) {
                ByteString before = nodes[moved.column()];
                // A group that is close to its end is not waited for; nothing can be learned from it.
                if (group.beat != moved.beatSequence()) {
                    group.beat = moved.beatSequence();
                    group.margin = nodes.length - cadence.down(nodes) - group.dataShards;
                }
                if (moved.cause() == MoveCause.REPAIRED && !before.equals(moved.nodeId()) && group.margin > 1) {
                    cadence.movedAway(before, moved.beatSequence());
                }
                hold(before, -1);
                hold(moved.nodeId(), 1);
                nodes[moved.column()] = moved.nodeId();
            }
        }
    }

    /** How often beats come, and how long nodes were waited for. */
    private static final class CadenceReader {
        private final TreeMap<Long, Long> beats = new TreeMap<>();
        private final Map<ByteString, Long> down = new LinkedHashMap<>();
        private final Set<ByteString> moved = new LinkedHashSet<>();
        private final List<Long> pulses = new ArrayList<>();
        private final List<Long> bars = new ArrayList<>();
        private long lastIndex = -1;
        private long lastReverbIndex = -1;
        private long lastReverb = -1;
        private long beatMicros;
        private long waitedAtMost = Long.MAX_VALUE;
        private long waitedAtLeast;

        void beat(long sequence, long at, long index, boolean reverb) {
            beats.put(sequence, at);
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

        int down(ByteString[] nodes) {
            int count = 0;
            for (ByteString node : nodes) {
                count += down.containsKey(node) ? 1 : 0;
            }
            return count;
        }

        void cameUp(ByteString node, boolean held) {
            Long since = down.remove(node);
            if (since != null && held && !moved.remove(node) && !beats.isEmpty()) {
                waitedAtLeast = Math.max(waitedAtLeast, beats.lastEntry().getValue() - since);
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
                    waitedAtLeast = Math.max(waitedAtLeast, before.getValue() - since);
                }
            }
        }

        History.Cadence finish() {
            int pulse = median(pulses);
            long least = Math.min(waitedAtLeast, waitedAtMost);
            long grace = waitedAtMost == Long.MAX_VALUE ? -1 : least + (waitedAtMost - least) / 2;
            return new History.Cadence(beatMicros, pulse, median(bars), grace);
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
}
