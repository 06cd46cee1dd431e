/**
 * A running DHT node: the event loop, the timers, the files and the numbers around {@link beacon.dht.kademlia.Kademlia}
 * and {@link beacon.dht.providers.Providing}, over the TCP host or any other. I/O (shell); the decisions stay in the step
 * functions that it drives. What is asked of a node is run on its loop with {@link beacon.dht.node.DhtNode#call}. See
 * docs/adr/0016.
 */
@NullMarked
package beacon.dht.node;

import org.jspecify.annotations.NullMarked;
