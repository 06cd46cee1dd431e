/**
 * Where shards and replicas go: weighted rendezvous hashing with failure domains as constraints. A pure function, so that
 * every member, and a replay of history, chooses alike (docs/adr/0031).
 */
@NullMarked
package beacon.steward.placement;

import org.jspecify.annotations.NullMarked;
