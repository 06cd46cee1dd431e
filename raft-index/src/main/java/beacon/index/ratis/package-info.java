/**
 * The replicated log on Apache Ratis: one index member with its Raft server, its state machine and its snapshots. Shell;
 * every setting of Ratis is made in {@code RaftSettings}, every decision in {@code beacon.index.state}
 * (docs/adr/0003, docs/adr/0007).
 */
@NullMarked
package beacon.index.ratis;

import org.jspecify.annotations.NullMarked;
