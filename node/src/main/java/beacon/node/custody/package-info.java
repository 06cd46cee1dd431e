/**
 * The key plane on the log: custodians that follow it, the events of keys and headers, and the rewrap of everything that
 * is sealed under an old key. Shell (I/O: the index, custodians); called by the command line (docs/adr/0028).
 */
@NullMarked
package beacon.node.custody;

import org.jspecify.annotations.NullMarked;
