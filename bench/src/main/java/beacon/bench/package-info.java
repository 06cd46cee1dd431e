/**
 * The verb {@code beacon bench}: figures of Beacon, and of a peer measured in alternation with it on the same machine.
 * One JSON object a run, with stable names, so that figures can be compared over time. Does I/O; progress goes to
 * standard error.
 */
@NullMarked
package beacon.bench;

import org.jspecify.annotations.NullMarked;
