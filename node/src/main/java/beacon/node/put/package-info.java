/**
 * A put that can be continued: what it reads, and what of it is remembered until it ends. I/O (shell): files; used by the
 * command line. See docs/adr/0037.
 */
@NullMarked
package beacon.node.put;

import org.jspecify.annotations.NullMarked;
