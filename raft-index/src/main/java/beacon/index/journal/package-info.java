/**
 * Replayable history of one member: a dense sequence 1..N of recorded events, each kept as the exact bytes that the
 * transparency tree hashes. Written only by the state machine, in order; read by replay, watch, proofs and projections.
 * Interfaces and recovery rules are pure; the files are in {@code beacon.index.journal.file} (docs/adr/0004).
 */
@NullMarked
package beacon.index.journal;

import org.jspecify.annotations.NullMarked;
