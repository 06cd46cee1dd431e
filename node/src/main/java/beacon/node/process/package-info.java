/**
 * Programs that this one starts on the same machine and watches over: members as processes of their own, and the peers
 * that Beacon is compared with. Used by benchmarks and fault tests; the daemon itself starts no process. Does I/O.
 */
@NullMarked
package beacon.node.process;

import org.jspecify.annotations.NullMarked;
