/**
 * A file system in memory that forgets, when the power goes, what was not synced: what production code sees through
 * {@code java.nio.file} of a disk in the simulator. See docs/adr/0041.
 */
@NullMarked
package beacon.sim.disk;

import org.jspecify.annotations.NullMarked;
