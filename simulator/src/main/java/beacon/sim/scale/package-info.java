/**
 * The DHT at sizes that full nodes do not reach in memory or time: a million nodes of Kademlia as packed arrays, and
 * 10,000 full nodes that provide a million contents. Shell. See docs/adr/0038.
 */
@NullMarked
package beacon.sim.scale;

import org.jspecify.annotations.NullMarked;
