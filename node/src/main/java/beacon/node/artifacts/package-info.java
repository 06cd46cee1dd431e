/**
 * Artifacts on storage nodes: a payload on its way to them, and back. I/O (shell): a host of its own, threads for hashing;
 * used by the command line. What lies where is decided by {@code beacon.steward.placement}, how it lies by
 * {@code beacon.dht.artifact}. See docs/adr/0032.
 */
@NullMarked
package beacon.node.artifacts;

import org.jspecify.annotations.NullMarked;
