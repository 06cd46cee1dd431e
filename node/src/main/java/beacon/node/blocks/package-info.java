/**
 * Blocks of one process: a store in a folder, served and fetched over libp2p. I/O (shell): wires the exchange, the store
 * protocol and the block store to a host on TCP; used by the command line. See docs/adr/0012 and 0015.
 */
@NullMarked
package beacon.node.blocks;

import org.jspecify.annotations.NullMarked;
