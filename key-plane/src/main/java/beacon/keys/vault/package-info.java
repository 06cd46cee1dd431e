/**
 * The key plane's door to the operating system's randomness. Shell (I/O); called by whoever wires a custodian or a client
 * (docs/adr/0020).
 */
@NullMarked
package beacon.keys.vault;

import org.jspecify.annotations.NullMarked;
