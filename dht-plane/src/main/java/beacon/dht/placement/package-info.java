/**
 * Placing blocks: an authorised peer hands a block to a storage node, which keeps it and signs a receipt
 * ({@code /beacon/store/1.0.0}). The counterpart of {@code beacon.dht.bitswap}, where the one who wants a block asks.
 * Pure (core): state belongs to the host's loop, disk work goes to an executor that is handed in. See docs/adr/0015.
 */
@NullMarked
package beacon.dht.placement;

import org.jspecify.annotations.NullMarked;
