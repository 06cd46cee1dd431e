/** What the verbs of all families of simulations share: running a scenario with seed after seed, and showing what came of it. Shell. */
@NullMarked
package beacon.sim.runs;

import org.jspecify.annotations.NullMarked;
