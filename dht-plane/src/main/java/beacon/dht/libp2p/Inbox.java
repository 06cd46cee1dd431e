package beacon.dht.libp2p;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Bytes of one stream between the I/O thread that adds and the loop that takes. They are copied into segments of their
 * own: a frame of one byte must not keep the 64 KiB alive that it came in, nor cost an object of its own.
 */
final class Inbox {
    private static final int MIN_SEGMENT_BYTES = 512;
    private static final int MAX_SEGMENT_BYTES = 16 << 10;
    private static final int TAKEN_AT_ONCE_BYTES = 64 << 10;

    private final Deque<Segment> segments = new ArrayDeque<>();
    private int size;
    private boolean ended;

    private static final class Segment {
        private final byte[] bytes;
        private int filled;

        Segment(byte[] whole) {
            this(whole, whole.length);
        }

        Segment(byte[] bytes, int filled) {
            this.bytes = bytes;
            this.filled = filled;
        }
    }

    synchronized void add(byte[] from, int offset, int length) {
        int at = offset;
        int end = offset + length;
        Segment last = segments.peekLast();
        while (at < end) {
            if (last == null || last.filled == last.bytes.length) {
                if (end - at >= MAX_SEGMENT_BYTES) {
                    segments.add(new Segment(Arrays.copyOfRange(from, at, end)));
                    break;
                }
                int capacity = Math.max(end - at, Math.min(MAX_SEGMENT_BYTES, Math.max(MIN_SEGMENT_BYTES, size)));
                last = new Segment(new byte[capacity], 0);
                segments.add(last);
            }
            int count = Math.min(end - at, last.bytes.length - last.filled);
            System.arraycopy(from, at, last.bytes, last.filled, count);
            last.filled += count;
            at += count;
        }
        size += length;
    }

    /** No more bytes will come. */
    synchronized void end() {
        ended = true;
    }

    /** The next bytes, several segments together; empty when there are none now. */
    synchronized ByteString take() {
        ByteString taken = ByteString.EMPTY;
        while (taken.size() < TAKEN_AT_ONCE_BYTES && !segments.isEmpty()) {
            Segment first = segments.remove();
            taken = taken.concat(UnsafeByteOperations.unsafeWrap(first.bytes, 0, first.filled));
        }
        size -= taken.size();
        return taken;
    }

    synchronized boolean isAtEnd() {
        return ended && segments.isEmpty();
    }

    /** Forgets what was not taken and returns how much that was. */
    synchronized int clear() {
        int forgotten = size;
        segments.clear();
        size = 0;
        return forgotten;
    }
}
