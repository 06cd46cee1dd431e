package beacon.model;

/** Breaks a rule, for the architecture test to find. */
public final class UsesShell {
    beacon.proto.grpc.StatusMapper mapper;
}
