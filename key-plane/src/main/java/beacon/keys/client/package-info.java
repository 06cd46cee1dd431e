/**
 * Asking custodians: opening with any t of them, carrying the messages of their rituals. Shell (I/O: network); used by
 * the command line and the age plugin (docs/adr/0025).
 */
@NullMarked
package beacon.keys.client;

import org.jspecify.annotations.NullMarked;
