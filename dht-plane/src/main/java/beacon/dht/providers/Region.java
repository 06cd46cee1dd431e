package beacon.dht.providers;

import beacon.dht.kademlia.KadKey;

/**
 * All keys that share their first bits.
 *
 * @param point any key of the region
 * @param bits length of the shared prefix, 0 for the whole key space
 */
public record Region(KadKey point, int bits) {
    /** The smallest key. */
    public KadKey first() {
        return new KadKey(
                word(point.a(), 0, false),
                word(point.b(), 1, false),
                word(point.c(), 2, false),
                word(point.d(), 3, false));
    }

    /** The greatest key. */
    public KadKey last() {
        return new KadKey(
                word(point.a(), 0, true), word(point.b(), 1, true), word(point.c(), 2, true), word(point.d(), 3, true));
    }

    private long word(long value, int index, boolean ones) {
        int kept = Math.max(0, Math.min(64, bits - 64 * index));
        long mask = kept == 0 ? 0 : -1L << (64 - kept);
        return (value & mask) | (ones ? ~mask : 0);
    }

    public boolean contains(KadKey key) {
        return point.commonPrefix(key) >= bits;
    }
}
