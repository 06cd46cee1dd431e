/** What a journal or a backup says of a cluster's churn: who was there when, what was pinned and lost, what was repaired. */
@NullMarked
package beacon.sim.history;

import org.jspecify.annotations.NullMarked;
