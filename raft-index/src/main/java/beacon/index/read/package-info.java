/**
 * Questions about names, answered from one view of the index and the journal: resolve with temporal navigation, list,
 * history, and any of them as of an earlier sequence or time. Pure: no clock, no thread, the journal as an interface.
 */
@NullMarked
package beacon.index.read;

import org.jspecify.annotations.NullMarked;
