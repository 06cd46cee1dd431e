/**
 * C2SP signed notes, verifier keys, checkpoints and cosignatures: what a member signs and what an auditor checks. The
 * family of signature schemes is open: {@link beacon.index.tree.note.SignatureScheme}. Pure (docs/adr/0005).
 */
@NullMarked
package beacon.index.tree.note;

import org.jspecify.annotations.NullMarked;
