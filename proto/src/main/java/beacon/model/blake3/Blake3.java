package beacon.model.blake3;

import static beacon.model.blake3.Compression.CHUNK_BYTES;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * BLAKE3 of bytes that come piece by piece. Memory does not depend on how many: 64 KiB, scratch, and one value per
 * level of the tree. Not for use by several threads.
 */
public final class Blake3 {
    /** Length of a digest unless more is asked for. */
    public static final int DIGEST_BYTES = 32;

    /** Length of a key. */
    public static final int KEY_BYTES = 32;

    private static final int BATCH_BYTES = Lanes.LANES * CHUNK_BYTES;

    private final Mode mode;
    private final Subtree subtree;
    private final Deque<int[]> finished = new ArrayDeque<>();
    private byte[] pending = new byte[CHUNK_BYTES];
    private int pendingBytes;
    private long batches;

    private Blake3(Mode mode) {
        this.mode = mode;
        this.subtree = new Subtree(mode);
    }

    /** The plain hash. */
    public static Blake3 hasher() {
        return new Blake3(Mode.HASH);
    }

    /**
     * The keyed hash, which is a MAC and a pseudo-random function.
     *
     * @param key {@value #KEY_BYTES} bytes
     */
    public static Blake3 keyed(byte[] key) {
        return new Blake3(Mode.keyed(key));
    }

    /**
     * Derives a key from what the hasher is fed.
     *
     * @param context a text that is fixed in the program and used for nothing else
     */
    public static Blake3 deriving(String context) {
        return new Blake3(Mode.deriving(context));
    }

    /** The plain hash of some bytes. */
    public static byte[] hash(byte[] bytes) {
        return new Subtree(Mode.HASH).node(bytes, 0, bytes.length, 0).root(DIGEST_BYTES);
    }

    /** Takes more bytes. */
    public Blake3 update(byte[] bytes) {
        return update(bytes, 0, bytes.length);
    }

    /** Takes more bytes. */
    public Blake3 update(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int at = offset;
        int left = length;
        while (left > 0) {
            if (pendingBytes == 0 && left > BATCH_BYTES) {
                // More bytes follow, so this subtree is not the root.
                push(bytes, at);
                at += BATCH_BYTES;
                left -= BATCH_BYTES;
            } else {
                int taken = Math.min(left, room());
                System.arraycopy(bytes, at, pending, pendingBytes, taken);
                pendingBytes += taken;
                at += taken;
                left -= taken;
            }
        }
        return this;
    }

    /** Takes the remaining bytes of a buffer. */
    public Blake3 update(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            int taken = Math.min(bytes.remaining(), room());
            bytes.get(pending, pendingBytes, taken);
            pendingBytes += taken;
        }
        return this;
    }

    /** The first {@value #DIGEST_BYTES} bytes of output; more bytes may follow. */
    public byte[] digest() {
        return digest(DIGEST_BYTES);
    }

    /** As many bytes of output; each prefix is the shorter output. */
    public byte[] digest(int bytes) {
        Node node = subtree.node(pending, 0, pendingBytes, batches * Lanes.LANES);
        for (int[] left : finished) {
            node = Node.parent(left, node.value(), mode);
        }
        return node.root(bytes);
    }

    /** Makes room for at least a byte, and says for how many. */
    private int room() {
        if (pendingBytes == BATCH_BYTES) {
            push(pending, 0);
            pendingBytes = 0;
        } else if (pendingBytes == pending.length) {
            byte[] larger = new byte[Math.min(BATCH_BYTES, 8 * pending.length)];
            System.arraycopy(pending, 0, larger, 0, pendingBytes);
            pending = larger;
        }
        return pending.length - pendingBytes;
    }

    /** Finishes a batch that others follow, and every larger subtree that it completes. */
    private void push(byte[] bytes, int offset) {
        int[] value = subtree.value(bytes, offset, BATCH_BYTES, batches * Lanes.LANES);
        batches++;
        for (long complete = batches; (complete & 1) == 0; complete >>= 1) {
            value = Node.parent(finished.pop(), value, mode).value();
        }
        finished.push(value);
    }
}
