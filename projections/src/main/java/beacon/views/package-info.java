/**
 * Projections: pure folds of the log into state that can be thrown away and made again. A {@link beacon.views.View} says
 * how one event changes its state; {@link beacon.views.ViewRunner} reads the log and commits what all views made of it,
 * their digests and their place in the log, at once (docs/adr/0030). Core; where the state lies is behind
 * {@link beacon.views.KeyValues}.
 */
@NullMarked
package beacon.views;

import org.jspecify.annotations.NullMarked;
