/**
 * The production DHT in virtual time: full nodes of {@code beacon.dht.node} over a simulated network, faults that happen to
 * them, and what has to hold meanwhile. Shell, since it drives a shell. See docs/adr/0038.
 */
@NullMarked
package beacon.sim.kademlia;

import org.jspecify.annotations.NullMarked;
