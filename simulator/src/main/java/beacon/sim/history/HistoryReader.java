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

/** Folds the events of a log into its {@link History}. */
public final class HistoryReader {
    /** Before the reverb that found it, so that it is there when the audit begins. */
    private static final long BEFORE = 1_000;

    private final List<Step> steps = new ArrayList<>();
    private final Map<ByteString, List<Columns>> pins = new LinkedHashMap<>();
    private final Map<ByteString, Integer> held = new LinkedHashMap<>();
    private final Map<ByteString, Burst> bursts = new LinkedHashMap<>();
    /** When nodes last joined. */
    private final Map<ByteString, Long> joined = new LinkedHashMap<>();
    /** Said to be gone, and not made again yet. */
    private final Set<Column> gone = new LinkedHashSet<>();

    private final Map<MoveCause, Long> moves = new EnumMap<>(MoveCause.class);
    private final Map<MoveCause, Long> bytes = new EnumMap<>(MoveCause.class);
    private final CadenceReader cadence = new CadenceReader();
    private long start = -1;
    private long end;
    private long pinned;
    private long released;
    private long wentDown;
    private long faults;
    private long term = -1;
    private String beater = "";

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

    /** Columns of one node that one audit, or the node itself when it started, found to be gone. */
    private static final class Burst {
        private final boolean bySelf;
        /** When they were lost at the latest. */
        private final long lost;

        private final int held;
        private final long first;
        private final Set<Column> columns = new LinkedHashSet<>();
        private long last;

        Burst(boolean bySelf, long lost, int held, long first) {
            this.bySelf = bySelf;
            this.lost = lost;
            this.held = held;
            this.first = first;
        }

        History.Damaged of(ByteString node) {
            Optional<History.Said> said = bySelf ? Optional.of(new History.Said(first, last)) : Optional.empty();
            return new History.Damaged(lost, node, List.copyOf(columns), held, said);
        }
    }

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
        if (term >= 0 && recorded.term() > term) {
            steps.add(new History.Leaderless(end, at));
        }
        term = recorded.term();
        start = start < 0 ? at : start;
        end = at;
        Event event = recorded.event();
        if (event instanceof Event.NodeJoined join) {
            joined(at, join);
        } else if (event instanceof Event.NodeChanged changed) {
            changed(at, changed);
        } else if (event instanceof Event.BeatStruck beat) {
            beater = recorded.actor();
            steps.add(new History.Beat(at, beat.beatIndex(), beat.reverb()));
            cadence.beat(recorded.sequence(), at, beat.beatIndex(), beat.reverb());
        } else if (event instanceof Event.PinPlaced placed) {
            placed(at, placed);
        } else if (event instanceof Event.PinReleased released) {
            released(at, released.manifest().bytes());
        } else if (event instanceof Event.ShardFaulted faulted) {
            faulted(at, faulted, !recorded.actor().equals(beater));
        } else if (event instanceof Event.ShardMoved moved) {
            cadence.made(moved.beatSequence(), at);
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
        bursts.forEach((node, burst) -> steps.add(burst.of(node)));
        bursts.clear();
        steps.sort(Comparator.comparingLong(Step::at));
        return new History(
                start, end, steps, new Measured(moves, bytes, pinned, released, wentDown, faults), cadence.finish());
    }

    private void joined(long at, Event.NodeJoined join) {
        ByteString node = join.nodeId();
        joined.put(node, at);
        cadence.cameUp(node, held.getOrDefault(node, 0) > 0);
        steps.add(new History.Joined(at, node, join.failureDomain(), join.capacityBytes()));
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

    /** Whoever strikes the beats also audits; others say what their own stores miss, when they start. */
    private void faulted(long at, Event.ShardFaulted faulted, boolean bySelf) {
        Column column = new Column(faulted.manifest().bytes(), faulted.group(), faulted.column());
        faults += gone.add(column) ? 1 : 0;
        ByteString node = faulted.nodeId();
        long lost =
                bySelf ? joined.getOrDefault(node, at) : cadence.lastReverb().orElse(at) - BEFORE;
        Burst burst = bursts.get(node);
        if (burst == null || burst.bySelf != bySelf || burst.lost != lost) {
            if (burst != null) {
                steps.add(burst.of(node));
            }
            burst = new Burst(bySelf, lost, held.getOrDefault(node, 0), at);
            bursts.put(node, burst);
        }
        burst.columns.add(column);
        burst.last = at;
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
        if (groups != null
                && moved.group() < groups.size()
                && moved.column() < groups.get(moved.group()).nodes.length) {
            moved(moved, groups.get(moved.group()));
        }
        gone.remove(new Column(moved.manifest().bytes(), moved.group(), moved.column()));
    }

    private void moved(Event.ShardMoved moved, Columns group) {
        if (group.beat != moved.beatSequence()) {
            group.beat = moved.beatSequence();
            group.margin = margin(moved, group);
        }
        ByteString before = group.nodes[moved.column()];
        boolean elsewhere = moved.cause() == MoveCause.REPAIRED && !before.equals(moved.nodeId());
        // What is gone is not waited for, nor is anything of a group that is close to its end.
        if (elsewhere
                && group.margin > 1
                && !gone.contains(new Column(moved.manifest().bytes(), moved.group(), moved.column()))) {
            cadence.movedAway(before, moved.beatSequence());
        }
        hold(before, -1);
        hold(moved.nodeId(), 1);
        group.nodes[moved.column()] = moved.nodeId();
    }

    /** Columns of a group that could still be lost when it was decided to move one. */
    private int margin(Event.ShardMoved moved, Columns group) {
        int margin = -group.dataShards;
        for (int column = 0; column < group.nodes.length; column++) {
            ByteString node = group.nodes[column];
            boolean whole = !node.isEmpty()
                    && !cadence.wasDown(node, moved.beatSequence())
                    && !gone.contains(new Column(moved.manifest().bytes(), moved.group(), column));
            margin += whole ? 1 : 0;
        }
        return margin;
    }
}
