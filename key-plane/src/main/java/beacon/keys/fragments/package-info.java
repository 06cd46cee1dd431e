/**
 * A custodian's persistent store of its DKG fragments: written when a ritual is finalised, read on threshold decryption,
 * deleted on revocation. Shell (files); called by the custodian only (docs/adr/0023).
 */
@NullMarked
package beacon.keys.fragments;

import org.jspecify.annotations.NullMarked;
