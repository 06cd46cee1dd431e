/**
 * The log as the rest of Beacon sees it: append, read from a sequence, be told of what is new. Pure interfaces and
 * values; the only package of this module that other planes may import. Two implementations pass one contract test: the
 * Raft-replicated one and the one in memory that tests and the simulator use (docs/adr/0003).
 */
@NullMarked
package beacon.index.log;

import org.jspecify.annotations.NullMarked;
