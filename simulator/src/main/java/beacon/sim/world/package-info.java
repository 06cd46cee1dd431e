/** Virtual time, forked randomness, a network and the trace of a run: the same seed gives the same run, everywhere. */
@NullMarked
package beacon.sim.world;

import org.jspecify.annotations.NullMarked;
