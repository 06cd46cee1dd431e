/** Whether an artifact may be deleted: a pure function of the projections (docs/adr/0040). */
@NullMarked
package beacon.steward.deletion;

import org.jspecify.annotations.NullMarked;
