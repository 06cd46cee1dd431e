/**
 * Kademlia as libp2p has it: routing table, look-ups, the server's answers and the records it keeps. Pure (core): the
 * decisions are step functions that are given the time; {@link beacon.dht.kademlia.Kademlia} connects them to a
 * {@link beacon.dht.Host} and belongs to its loop. Called by providing, the exchange, the daemon and the simulator. See
 * docs/adr/0013.
 */
@NullMarked
package beacon.dht.kademlia;

import org.jspecify.annotations.NullMarked;
