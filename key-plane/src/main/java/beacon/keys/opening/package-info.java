/**
 * Sealing to an organisation and opening with its custodians: the stanzas, the request a reader signs, the answers and
 * how they are put together. Pure; sending is the client's part (docs/adr/0025).
 */
@NullMarked
package beacon.keys.opening;

import org.jspecify.annotations.NullMarked;
