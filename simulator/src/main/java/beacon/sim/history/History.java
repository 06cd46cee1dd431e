package beacon.sim.history;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/**
 * The churn of a cluster as its log tells it. Times are microseconds since 1970.
 *
 * @param start time of the first event
 * @param end time of the last event
 * @param steps in the order of the log
 * @param cadence of its beats, as far as it can be seen
 */
public record History(long start, long end, List<Step> steps, Measured measured, Cadence cadence) {
    /** Something that happened. */
    public sealed interface Step {
        /** When. */
        long at();
    }

    /** A node joined, or changed what is known of it. */
    public record Joined(long at, ByteString node, String domain, long capacity) implements Step {}

    /** A node was said to be down. */
    public record WentDown(long at, ByteString node) implements Step {}

    /** A node was said to be back. */
    public record CameUp(long at, ByteString node) implements Step {}

    /** A node left for good. */
    public record Left(long at, ByteString node) implements Step {}

    /** A node is to be emptied. */
    public record Drained(long at, ByteString node) implements Step {}

    /** An artifact was pinned. */
    public record Pinned(long at, ByteString manifest, List<Group> groups) implements Step {
        public Pinned {
            groups = List.copyOf(groups);
        }
    }

    /** An artifact need not be kept any more. */
    public record Released(long at, ByteString manifest) implements Step {}

    /** A beat was struck. */
    public record Beat(long at, long index, boolean reverb) implements Step {}

    /**
     * No member led.
     *
     * @param at time of the last event of a term
     * @param until time of the first event of the next
     */
    public record Leaderless(long at, long until) implements Step {}

    /**
     * Columns of a node were found to be gone.
     *
     * @param at before the reverb whose audit found it, or when the node started that said so itself
     * @param columns that were gone
     * @param held columns that the node was to have
     * @param said when the node itself said so; empty when an audit found it
     */
    public record Damaged(long at, ByteString node, List<Column> columns, int held, Optional<Said> said)
            implements Step {
        public Damaged {
            columns = List.copyOf(columns);
        }

        /** Whether so much was gone that the disk was. */
        public boolean isWhole() {
            return columns.size() >= 0.9 * held;
        }
    }

    /** From the first column that a node said to be gone to the last. */
    public record Said(long from, long until) {}

    /** A column of a pinned artifact. */
    public record Column(ByteString manifest, int group, int column) {}

    /**
     * Columns that are placed together.
     *
     * @param nodes by column; empty where there was none
     */
    public record Group(int dataShards, int parityShards, int blocks, long columnBytes, List<ByteString> nodes) {
        public Group {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * How often the steward decided, and how fast it worked.
     *
     * @param beat length of a beat in microseconds; 0 when no beat is known
     * @param pulseBeats from pulse to pulse; 0 when unknown
     * @param barBeats from reverb to reverb; 0 when unknown
     * @param grace that explains when columns of nodes that were down were made again, in microseconds; below 0 when unknown
     * @param column from one column that was made again to the next, on average while there was something to make, in
     *     microseconds; 0 when unknown
     */
    public record Cadence(long beat, int pulseBeats, int barBeats, long grace, long column) {}

    public History {
        steps = List.copyOf(steps);
    }
}
