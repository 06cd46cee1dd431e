/**
 * Checks that what clients saw could have happened in one order that respects real time (linearizability). Each
 * address is checked by itself: linearizability is a local property, so a history is linearizable exactly when its
 * part about each address is. Pure except for {@link beacon.index.linear.HistoryRecorder}, which clients share.
 */
@NullMarked
package beacon.index.linear;

import org.jspecify.annotations.NullMarked;
