/**
 * Directories as one stream of bytes, and back. I/O (shell): files; used by the command line. The stream is a POSIX pax
 * archive of one canonical form, so that it can be read without trust and made again byte for byte. See docs/adr/0037.
 */
@NullMarked
package beacon.node.tree;

import org.jspecify.annotations.NullMarked;
