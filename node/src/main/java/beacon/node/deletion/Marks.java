package beacon.node.deletion;

import beacon.model.Cid;
import com.google.protobuf.ByteString;

/**
 * A set of blocks that answers "perhaps" where an exact one would say "no", and never the other way round: a Bloom filter with
 * 16 bits and six hash functions for each block expected, so that one of 1,500 leftovers is kept by mistake until the next
 * sweep, which has another seed (Bloom 1970; double hashing: Kirsch and Mitzenmacher 2006).
 */
final class Marks {
    private static final int BITS_EACH = 16;
    private static final int FUNCTIONS = 6;
    private static final long MIN_BITS = 1 << 16;
    private static final long MAX_BITS = 1L << 33;

    private final long[] words;
    private final long mask;
    private final long seed;

    /** @param expected blocks; more make mistakes more likely, and nothing else */
    Marks(long expected, long seed) {
        long bits = Math.max(MIN_BITS, Math.min(MAX_BITS, Long.highestOneBit(Math.max(1, expected) * BITS_EACH) << 1));
        this.words = new long[(int) (bits / Long.SIZE)];
        this.mask = bits - 1;
        this.seed = seed;
    }

    void add(Cid cid) {
        long first = hash(cid, seed);
        long second = hash(cid, ~seed) | 1;
        for (int i = 0; i < FUNCTIONS; i++) {
            long bit = (first + i * second) & mask;
            words[(int) (bit >>> 6)] |= 1L << bit;
        }
    }

    boolean mayHave(Cid cid) {
        long first = hash(cid, seed);
        long second = hash(cid, ~seed) | 1;
        for (int i = 0; i < FUNCTIONS; i++) {
            long bit = (first + i * second) & mask;
            if ((words[(int) (bit >>> 6)] & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    private static long hash(Cid cid, long seed) {
        ByteString bytes = cid.bytes();
        long hash = seed;
        for (int i = 0; i < bytes.size(); i++) {
            hash = (hash ^ bytes.byteAt(i)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 29;
        }
        hash = (hash ^ (hash >>> 32)) * 0xbf58476d1ce4e5b9L;
        return hash ^ (hash >>> 31);
    }
}
