/**
 * How an artifact lies on storage nodes: its sealed payload cut into groups of stripes, and the manifest that says which
 * blocks those are. Pure (core): writers, readers and those who repair share it. See docs/adr/0032.
 */
@NullMarked
package beacon.dht.artifact;

import org.jspecify.annotations.NullMarked;
