/** The pinned artifacts: where the columns of each of their groups are, and what was reported of them. Core. */
@NullMarked
package beacon.views.pins;

import org.jspecify.annotations.NullMarked;
