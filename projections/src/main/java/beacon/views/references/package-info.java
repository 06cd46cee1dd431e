/** Which addresses point, or pointed, at which artifact: what decides whether an artifact may be deleted (docs/adr/0040). */
@NullMarked
package beacon.views.references;

import org.jspecify.annotations.NullMarked;
