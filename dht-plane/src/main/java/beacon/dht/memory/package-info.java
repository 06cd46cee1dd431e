/**
 * A network of hosts in one process, without sockets. Pure (core): delays come from a handed-in scheduler, so with a
 * virtual one a run is deterministic. For tests and the simulator; passes the same contract as the TCP host.
 */
@NullMarked
package beacon.dht.memory;

import org.jspecify.annotations.NullMarked;
