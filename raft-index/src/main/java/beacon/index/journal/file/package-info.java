/**
 * The journal's files: I/O. Chronicle Queue appends; everything that must survive damaged bytes (recovery, readers,
 * verification) reads the files itself with bounded reads, because following a flipped length or index entry through a
 * memory mapping can take the process down. Used by the state machine adapter and the offline verifier (docs/adr/0004).
 */
@NullMarked
package beacon.index.journal.file;

import org.jspecify.annotations.NullMarked;
