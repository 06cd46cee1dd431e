/**
 * Transparency tree over the recorded events: RFC 6962 section 2.1 (= RFC 9162 section 2.1) with SHA-256. Leaf i is the
 * exact recorded bytes of sequence i + 1. The state machine appends to a {@link beacon.index.tree.TreeFrontier}; proofs
 * are made from any {@link beacon.index.tree.MerkleNodes} and checked by {@link beacon.index.tree.MerkleProofs}. Pure;
 * notes and checkpoints are in {@code beacon.index.tree.note}, files in {@code beacon.index.tree.tiles}
 * (docs/adr/0005).
 */
@NullMarked
package beacon.index.tree;

import org.jspecify.annotations.NullMarked;
