package beacon.model.blake3;

import static beacon.model.blake3.Compression.BLOCK_BYTES;
import static beacon.model.blake3.Compression.CHUNK_BYTES;

import org.jspecify.annotations.Nullable;

/** The binary tree over the chunks of some bytes. Serves one thread. */
final class Subtree {
    private final Mode mode;
    private @Nullable Lanes lanes;

    Subtree(Mode mode) {
        this.mode = mode;
    }

    Mode mode() {
        return mode;
    }

    /**
     * How many of the bytes the left child of their subtree has: the largest power of two of chunks that leaves the
     * right one at least a byte.
     *
     * @param bytes more than a chunk
     */
    static long leftBytes(long bytes) {
        return Long.highestOneBit((bytes - 1) / CHUNK_BYTES) * CHUNK_BYTES;
    }

    /**
     * The top of the subtree over some bytes.
     *
     * @param firstChunk how many chunks there are to the left of it
     */
    Node node(byte[] in, int offset, int length, long firstChunk) {
        if (length <= CHUNK_BYTES) {
            return chunk(in, offset, length, firstChunk);
        }
        int left = (int) leftBytes(length);
        return Node.parent(
                value(in, offset, left, firstChunk),
                value(in, offset + left, length - left, firstChunk + left / CHUNK_BYTES),
                mode);
    }

    /** The chaining value of the subtree over some bytes, if it is not the root. */
    int[] value(byte[] in, int offset, int length, long firstChunk) {
        boolean complete = length > CHUNK_BYTES
                && length <= Lanes.LANES * CHUNK_BYTES
                && length % CHUNK_BYTES == 0
                && Integer.bitCount(length) == 1;
        return complete
                ? lanes().subtree(in, offset, length / CHUNK_BYTES, firstChunk)
                : node(in, offset, length, firstChunk).value();
    }

    private Lanes lanes() {
        Lanes scratch = lanes;
        if (scratch == null) {
            scratch = new Lanes(mode);
            lanes = scratch;
        }
        return scratch;
    }

    private Node chunk(byte[] in, int offset, int length, long number) {
        int[] chaining = mode.key();
        int flags = mode.flags() | Compression.CHUNK_START;
        int at = 0;
        while (length - at > BLOCK_BYTES) {
            int[] after =
                    Compression.compress(chaining, block(in, offset + at, BLOCK_BYTES), number, BLOCK_BYTES, flags);
            chaining = new int[8];
            System.arraycopy(after, 0, chaining, 0, 8);
            flags = mode.flags();
            at += BLOCK_BYTES;
        }
        int rest = length - at;
        return new Node(chaining, block(in, offset + at, rest), number, rest, flags | Compression.CHUNK_END);
    }

    private static int[] block(byte[] in, int offset, int length) {
        byte[] padded = in;
        int from = offset;
        if (length < BLOCK_BYTES) {
            padded = new byte[BLOCK_BYTES];
            System.arraycopy(in, offset, padded, 0, length);
            from = 0;
        }
        int[] words = new int[16];
        for (int i = 0; i < words.length; i++) {
            words[i] = Compression.read(padded, from + 4 * i);
        }
        return words;
    }
}
