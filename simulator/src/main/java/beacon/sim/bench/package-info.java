/** The benchmark of the simulator, {@code beacon bench sim}; it comes from here since nothing depends on the simulator. Shell. */
@NullMarked
package beacon.sim.bench;

import org.jspecify.annotations.NullMarked;
