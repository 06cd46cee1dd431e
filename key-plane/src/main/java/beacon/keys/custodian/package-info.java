/**
 * A custodian: its directory (fragments, key records, revocations, events), its part in rituals, its answers to readers.
 * Shell (I/O: files); called by the gRPC service and by administrators' commands (docs/adr/0025).
 */
@NullMarked
package beacon.keys.custodian;

import org.jspecify.annotations.NullMarked;
