/** Tombstones with their votes, holds and retention, as the log tells of them (docs/adr/0040). */
@NullMarked
package beacon.views.deletions;

import org.jspecify.annotations.NullMarked;
