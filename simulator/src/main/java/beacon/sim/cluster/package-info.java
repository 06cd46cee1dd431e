/**
 * A Beacon cluster made of production code where that decides anything: admission, index core, journal, projections,
 * placement, steward, audits by lot. What moves it is simulated: the replicated log, members, storage nodes, disks, writers.
 */
@NullMarked
package beacon.sim.cluster;

import org.jspecify.annotations.NullMarked;
