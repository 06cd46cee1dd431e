/**
 * Custody of the organisation key: its birth in a ceremony, partial decryption and combination, refresh and resharing.
 * Everything is a passive object that takes messages and gives messages; transport, disks and deadlines are the
 * caller's. Pure; called by the custodian service and by whoever opens artifacts (docs/adr/0022).
 */
@NullMarked
package beacon.keys.custody;

import org.jspecify.annotations.NullMarked;
