/**
 * Keeps the provider records of what this node has from expiring, at a cost that grows with the network and not with the
 * number of contents. Pure (core): the schedule and the sweep are given the time; {@link
 * beacon.dht.providers.Providing} connects them to a DHT node and belongs to its loop. What is in the schedule is decided by
 * others (docs/adr/0035). See docs/adr/0014.
 */
@NullMarked
package beacon.dht.providers;

import org.jspecify.annotations.NullMarked;
