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

    /** A buffer to collect frames in: a small one when that is enough, since most messages are short. */
    byte[] takeBatch(int bytes) {
        boolean isSmall = bytes <= SMALL_BYTES;
        byte[] batch = (isSmall ? small : spare).poll();
        return batch == null ? new byte[isSmall ? SMALL_BYTES : MAX_PLAIN_BYTES] : batch;
    }

    void giveBack(byte[] batch) {
        if (batch.length == SMALL_BYTES && small.size() < MAX_SPARE_SMALL) {
            small.add(batch);
        } else if (batch.length == MAX_PLAIN_BYTES && spare.size() < MAX_SPARE) {
            spare.add(batch);
        }
    }
}
