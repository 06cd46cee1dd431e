/**
 * What every gRPC service and client of Beacon shares: who the caller is, and how a refusal travels. Shell: it knows
 * gRPC, certificates and generated types, does no I/O itself.
 */
@NullMarked
package beacon.proto.grpc;

import org.jspecify.annotations.NullMarked;
