package beacon.dht.erasure;

import java.util.BitSet;

/**
 * Which k shards are read and which are to be computed: what a recovery depends on.
 *
 * @param sources exactly k
 * @param wanted none of the sources
 */
record Losses(BitSet sources, BitSet wanted) {}
