/** The verb "beacon sim". Shell. */
@NullMarked
package beacon.sim.cli;

import org.jspecify.annotations.NullMarked;
