/**
 * The exchange of blocks: Bitswap 1.2 between the block store and other peers. {@link beacon.dht.bitswap.Bitswap} serves
 * what others want and fetches, in {@link beacon.dht.bitswap.Session}s, what is wanted here. Pure (core): state belongs
 * to the host's loop, time and timers are handed in, and hashing and disk work go to an executor that is handed in. Who
 * is asked for what ({@code SessionPlan}) and whom to answer next ({@code AnswerPlan}) are decided without any I/O. See
 * docs/adr/0015.
 */
@NullMarked
package beacon.dht.bitswap;

import org.jspecify.annotations.NullMarked;
