/**
 * The custodian's gRPC service: who calls, limits, translation. Shell (I/O: network); started by the command line
 * (docs/adr/0025).
 */
@NullMarked
package beacon.keys.grpc;

import org.jspecify.annotations.NullMarked;
