/**
 * The transparency tree as C2SP tlog-tiles files. {@link beacon.index.tree.tiles.TransparencyLog} is the way in: the
 * state machine appends, services ask for proofs and checkpoints. Hash tiles are the store that proofs are made from;
 * entry bundles, partial tiles and the checkpoint are published beside them for auditors. Everything here is derived
 * from the journal and is rebuilt from it when files are lost or damaged. I/O (docs/adr/0005).
 */
@NullMarked
package beacon.index.tree.tiles;

import org.jspecify.annotations.NullMarked;
