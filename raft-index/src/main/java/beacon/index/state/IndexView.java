package beacon.index.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The index at one moment. Immutable; any thread may read it. */
public final class IndexView {
    private final PointerTable.Version pointers;
    private final long lastSequence;
    private final long lastTimeUnixMicros;

    IndexView(PointerTable.Version pointers, long lastSequence, long lastTimeUnixMicros) {
        this.pointers = pointers;
        this.lastSequence = lastSequence;
        this.lastTimeUnixMicros = lastTimeUnixMicros;
    }

    /** Last sequence that the view contains. */
    public long lastSequence() {
        return lastSequence;
    }

    /** Time of that sequence; 0 when there is none. */
    public long lastTimeUnixMicros() {
        return lastTimeUnixMicros;
    }

    /** What is known of the address with this key, or null. */
    public @Nullable PointerEntry find(String key) {
        return pointers.get(IndexState.bytesOf(key));
    }

    /**
     * Entries in key order.
     *
     * @param prefix of the key; empty for all
     * @param after only keys greater than this one; null to start with the first
     */
    public List<PointerEntry> scan(String prefix, @Nullable String after, int limit) {
        return pointers.scan(IndexState.bytesOf(prefix), after == null ? null : IndexState.bytesOf(after), limit);
    }

    /** Number of addresses. */
    public int size() {
        return pointers.size();
    }

    /** Estimated heap bytes of the addresses. */
    public long heapBytes() {
        return pointers.heapBytes();
    }
}
