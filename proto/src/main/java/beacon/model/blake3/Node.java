package beacon.model.blake3;

/** The last block of a chunk, or a parent: one compression that can still become the root. */
final class Node {
    private final int[] chaining;
    private final int[] block;
    private final long counter;
    private final int length;
    private final int flags;

    /**
     * @param chaining what the block is compressed with
     * @param block 16 words
     * @param counter of the chunk; 0 for a parent
     * @param length bytes of the block
     */
    Node(int[] chaining, int[] block, long counter, int length, int flags) {
        this.chaining = chaining;
        this.block = block;
        this.counter = counter;
        this.length = length;
        this.flags = flags;
    }

    static Node parent(int[] left, int[] right, Mode mode) {
        int[] block = new int[16];
        System.arraycopy(left, 0, block, 0, 8);
        System.arraycopy(right, 0, block, 8, 8);
        return new Node(mode.key(), block, 0, Compression.BLOCK_BYTES, mode.flags() | Compression.PARENT);
    }

    /** The chaining value, for a node below the root. */
    int[] value() {
        int[] value = new int[8];
        System.arraycopy(Compression.compress(chaining, block, counter, length, flags), 0, value, 0, 8);
        return value;
    }

    /** The output, if this is the root. */
    byte[] root(int bytes) {
        byte[] out = new byte[bytes];
        byte[] last = new byte[Compression.BLOCK_BYTES];
        for (int at = 0; at < bytes; at += Compression.BLOCK_BYTES) {
            long outputBlock = at / Compression.BLOCK_BYTES;
            int[] words = Compression.compress(chaining, block, outputBlock, length, flags | Compression.ROOT);
            for (int i = 0; i < words.length; i++) {
                Compression.write(last, 4 * i, words[i]);
            }
            System.arraycopy(last, 0, out, at, Math.min(last.length, bytes - at));
        }
        return out;
    }
}
