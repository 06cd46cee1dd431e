/**
 * The Java client of the index: finds the leader, coalesces what is in flight into stream frames, retries with the same
 * request id, and tells apart what was refused from what has an unknown outcome. Shell.
 */
@NullMarked
package beacon.index.client;

import org.jspecify.annotations.NullMarked;
