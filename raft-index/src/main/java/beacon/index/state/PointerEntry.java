package beacon.index.state;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the index keeps in memory about one address. Immutable; a new one replaces it. Key and CID share one byte array,
 * and the sequences of earlier revisions share a growing array between the versions of an entry (each version looks only
 * at its own count), so that an address with one revision costs about 150 bytes and an update copies no history.
 */
public final class PointerEntry {
    private static final long[] NO_SEQUENCES = {};

    private final byte[] keyThenCid;
    private final int keyLength;
    private final int revisionCount;
    /** Last event about the address, of any kind. */
    private final long lastEvent;
    /** Sequence of the latest revision; 0 when there is none. */
    private final long latest;
    /** Sequences of the revisions before the latest, in its first revisionCount - 1 places. */
    private final long[] earlier;

    private PointerEntry(
            byte[] keyThenCid, int keyLength, int revisionCount, long lastEvent, long latest, long[] earlier) {
        this.keyThenCid = keyThenCid;
        this.keyLength = keyLength;
        this.revisionCount = revisionCount;
        this.lastEvent = lastEvent;
        this.latest = latest;
        this.earlier = earlier;
    }

    static PointerEntry create(byte[] key) {
        return new PointerEntry(key, key.length, 0, 0, 0, NO_SEQUENCES);
    }

    static PointerEntry restore(byte[] key, byte[] cid, long lastEvent, long[] revisions) {
        int count = revisions.length;
        long latest = count == 0 ? 0 : revisions[count - 1];
        long[] earlier = count <= 1 ? NO_SEQUENCES : Arrays.copyOf(revisions, count - 1);
        return new PointerEntry(join(key, key.length, cid), key.length, count, lastEvent, latest, earlier);
    }

    /** The entry after an event about the address that set no pointer. */
    PointerEntry mentioned(long sequence) {
        return new PointerEntry(keyThenCid, keyLength, revisionCount, sequence, latest, earlier);
    }

    /** The entry after a new revision. */
    PointerEntry pointed(long sequence, byte[] cid) {
        long[] history = earlier;
        if (revisionCount > 0) {
            int kept = revisionCount - 1;
            if (kept == history.length) {
                history = Arrays.copyOf(history, kept < 4 ? kept + 1 : kept + kept / 2);
            }
            history[kept] = latest;
        }
        return new PointerEntry(
                join(keyThenCid, keyLength, cid), keyLength, revisionCount + 1, sequence, sequence, history);
    }

    private static byte[] join(byte[] key, int keyLength, byte[] cid) {
        byte[] joined = Arrays.copyOf(key, keyLength + cid.length);
        System.arraycopy(cid, 0, joined, keyLength, cid.length);
        return joined;
    }

    /** Address without scheme and temporal part. */
    public String key() {
        return new String(keyThenCid, 0, keyLength, StandardCharsets.UTF_8);
    }

    /** Number of the latest revision, counted from 1; 0 when no pointer was ever set. */
    public long revision() {
        return revisionCount;
    }

    /** Binary CID of the latest revision; empty when there is none. */
    public ByteString cid() {
        return ByteString.copyFrom(keyThenCid, keyLength, keyThenCid.length - keyLength);
    }

    /** Sequence of the latest event about the address. */
    public long lastEvent() {
        return lastEvent;
    }

    /**
     * Sequence of a revision.
     *
     * @param revision from 1 to {@link #revision()}
     */
    public long sequenceOf(long revision) {
        if (revision < 1 || revision > revisionCount) {
            throw new IllegalArgumentException(
                    "expected a revision from 1 to %d, but found %d".formatted(revisionCount, revision));
        }
        return revision == revisionCount ? latest : earlier[(int) revision - 1];
    }

    /** Number of the last revision whose sequence is at most the given one; 0 when there is none. */
    public long revisionAsOf(long sequence) {
        if (revisionCount == 0 || sequence >= latest) {
            return revisionCount;
        }
        int found = Arrays.binarySearch(earlier, 0, revisionCount - 1, sequence);
        return found >= 0 ? found + 1L : -found - 1L;
    }

    /** Estimated heap bytes of this entry, its arrays included, on a 64-bit JVM with compressed references. */
    public long heapBytes() {
        long ownEarlier = earlier.length == 0 ? 0 : 16 + 8L * earlier.length;
        return 40 + align(16 + keyThenCid.length) + ownEarlier;
    }

    private static long align(long bytes) {
        return (bytes + 7) & ~7L;
    }

    int compareKey(byte[] other, int otherLength) {
        return Arrays.compareUnsigned(keyThenCid, 0, keyLength, other, 0, otherLength);
    }

    int compareKey(PointerEntry other) {
        return Arrays.compareUnsigned(keyThenCid, 0, keyLength, other.keyThenCid, 0, other.keyLength);
    }

    boolean keyStartsWith(byte[] prefix) {
        return keyLength >= prefix.length && Arrays.equals(keyThenCid, 0, prefix.length, prefix, 0, prefix.length);
    }

    @Nullable
    PointerEntry ifHasRevisions() {
        return revisionCount == 0 ? null : this;
    }

    byte[] keyBytes() {
        return Arrays.copyOf(keyThenCid, keyLength);
    }
}
