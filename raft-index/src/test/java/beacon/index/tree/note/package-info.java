/** Tests of signed notes, checkpoints and cosignatures. */
package beacon.index.tree.note;
