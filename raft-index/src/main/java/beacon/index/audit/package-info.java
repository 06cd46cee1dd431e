/**
 * Offline verification: a whole journal against itself, against checkpoints and against tiles, or one event against a
 * signed checkpoint. Needs nothing of a running cluster. Pure (docs/adr/0005).
 */
@NullMarked
package beacon.index.audit;

import org.jspecify.annotations.NullMarked;
