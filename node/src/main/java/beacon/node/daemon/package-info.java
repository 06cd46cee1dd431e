/**
 * A running member: the index, its services and its HTTP endpoint, started in order and stopped in the reverse. Shell:
 * real clocks, files, sockets.
 */
@NullMarked
package beacon.node.daemon;

import org.jspecify.annotations.NullMarked;
