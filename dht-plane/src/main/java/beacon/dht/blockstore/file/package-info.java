/**
 * The block store on a file system: one file for a block, fsynced before it is acknowledged. Shell (I/O), safe for many
 * threads. See docs/adr/0012.
 */
@NullMarked
package beacon.dht.blockstore.file;

import org.jspecify.annotations.NullMarked;
