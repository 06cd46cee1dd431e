/**
 * A storage node: blocks in a folder, served and taken over libp2p, its place in the log, and what it announces in the DHT.
 * I/O (shell): wires the block store, the DHT and the index client; run by the command line. See docs/adr/0032 and 0035.
 */
@NullMarked
package beacon.node.storage;

import org.jspecify.annotations.NullMarked;
