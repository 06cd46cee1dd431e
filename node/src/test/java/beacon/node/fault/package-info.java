/**
 * Proof by fault: clusters of real processes that are killed, paused, wiped, starved of disk and fed with nonsense, under
 * load, and what their clients saw checked against what their journals hold.
 */
@NullMarked
package beacon.node.fault;

import org.jspecify.annotations.NullMarked;
