/** What a run is made of: a cluster, what is put, what goes wrong and when; as records, as YAML, and drawn by lot. */
@NullMarked
package beacon.sim.scenario;

import org.jspecify.annotations.NullMarked;
