/**
 * How a refusal travels over gRPC: one copy for every service and client. Shell: it knows gRPC and generated types, does
 * no I/O itself.
 */
@NullMarked
package beacon.proto.grpc;

import org.jspecify.annotations.NullMarked;
