package beacon.dht.libp2p;

import io.netty.buffer.ByteBuf;

/**
 * Cuts bytes into noise messages. A message that is there as a whole is copied once, into the thread's scratch; of one
 * that is not, only what has arrived is kept, so that a promise of 64 KiB costs nothing.
 */
final class MessageReader {
    private static final byte[] NONE = new byte[0];
    private static final int FIRST_BYTES = 256;
    private static final int POOLED_BYTES = 32 << 10;

    private byte[] partial = NONE;
    private int filled;
    private int lengthBytes;
    private int length;
    private long messages;

    /** Takes a message; the array is valid during the call only. */
    interface Sink {
        void message(byte[] bytes, int length);
    }

    /** Number of the message that has begun and not ended, counted from 1; 0 between two messages. */
    long unfinished() {
        return lengthBytes > 0 ? messages + 1 : 0;
    }

    void read(ByteBuf in, Sink sink) {
        if (lengthBytes < 2) {
            length = (length << 8) | (in.readByte() & 0xff);
            lengthBytes++;
            return;
        }
        int wanted = length - filled;
        if (filled == 0 && in.readableBytes() >= wanted) {
            byte[] whole = Scratch.local().sealed();
            in.readBytes(whole, 0, length);
            deliver(whole, sink);
            return;
        }
        int count = Math.min(wanted, in.readableBytes());
        if (partial.length < filled + count) {
            grow(filled + count);
        }
        in.readBytes(partial, filled, count);
        filled += count;
        if (filled == length) {
            byte[] whole = partial;
            partial = NONE;
            deliver(whole, sink);
            Scratch.local().giveBack(whole);
        }
    }

    /** What is large anyway comes from the thread's buffers: bulk data ends most reads in the middle of a message. */
    private void grow(int bytes) {
        int capacity = Math.min(length, Math.max(bytes, Math.max(FIRST_BYTES, 2 * partial.length)));
        byte[] larger =
                capacity < POOLED_BYTES ? new byte[capacity] : Scratch.local().take(capacity);
        System.arraycopy(partial, 0, larger, 0, filled);
        partial = larger;
    }

    private void deliver(byte[] whole, Sink sink) {
        int size = length;
        messages++;
        lengthBytes = 0;
        length = 0;
        filled = 0;
        sink.message(whole, size);
    }
}
