package beacon.dht.libp2p;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Buffers of one I/O thread. A connection holds none of them between two events unless it has something half done, so
 * thousands of idle connections cost no buffers.
 */
final class Scratch {
    static final int MAX_MESSAGE_BYTES = 65_535;
    static final int MAX_PLAIN_BYTES = MAX_MESSAGE_BYTES - Aead.TAG_BYTES;
    private static final int SMALL_BYTES = 4 << 10;
    /** A noise message with its length in front, and some bytes to align it. */
    private static final int LARGE_BYTES = 4 + MAX_MESSAGE_BYTES;

    private static final int MAX_SPARE = 4;
    private static final int MAX_SPARE_SMALL = 64;
    private static final FastThreadLocal<Scratch> LOCAL = new FastThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
            return new Scratch();
        }
    };

    private final byte[] sealed = new byte[MAX_MESSAGE_BYTES];
    private final byte[] plain = new byte[MAX_MESSAGE_BYTES];
    private final Deque<byte[]> spare = new ArrayDeque<>();
    private final Deque<byte[]> small = new ArrayDeque<>();

    private Scratch() {}

    static Scratch local() {
        return LOCAL.get();
    }

    /** For a noise message on its way in. */
    byte[] sealed() {
        return sealed;
    }

    /** For what it opens to. */
    byte[] plain() {
        return plain;
    }

    /** A buffer for something half done: a small one when that is enough, since most messages are short. */
    byte[] take(int bytes) {
        boolean isSmall = bytes <= SMALL_BYTES;
        byte[] buffer = (isSmall ? small : spare).poll();
        return buffer == null ? new byte[isSmall ? SMALL_BYTES : LARGE_BYTES] : buffer;
    }

    /** Takes a buffer back; one that did not come from here is left to the collector. */
    void giveBack(byte[] buffer) {
        if (buffer.length == SMALL_BYTES && small.size() < MAX_SPARE_SMALL) {
            small.add(buffer);
        } else if (buffer.length == LARGE_BYTES && spare.size() < MAX_SPARE) {
            spare.add(buffer);
        }
    }
}
