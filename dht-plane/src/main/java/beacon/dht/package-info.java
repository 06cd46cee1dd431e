/**
 * The data plane as its users see it: {@link beacon.dht.Host}, the one interface through which Kademlia, the exchange
 * and the simulator reach other peers. Pure (core): state belongs to one event loop that is handed in, bytes go in and
 * out, and nothing here knows sockets. Implementations: {@code beacon.dht.libp2p} (TCP) and {@code beacon.dht.memory}
 * (tests and simulation); both pass the same contract. See docs/adr/0010.
 */
@NullMarked
package beacon.dht;

import org.jspecify.annotations.NullMarked;
