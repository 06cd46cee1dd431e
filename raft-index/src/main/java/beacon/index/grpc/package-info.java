/**
 * The gRPC services of one member. Shell: decodes, asks the member, encodes. Every refusal goes through
 * {@code StatusMapper}; every stream has a bound on what it holds (docs/adr/0008).
 */
@NullMarked
package beacon.index.grpc;

import org.jspecify.annotations.NullMarked;
