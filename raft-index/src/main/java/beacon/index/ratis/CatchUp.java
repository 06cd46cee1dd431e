package beacon.index.ratis;

/** Brings a member's storage to where another member is: history first, then the state that belongs to it. */
interface CatchUp {
    /**
     * Fetches what is missing and installs it.
     *
     * @param clientAddress host:port of the other member's gRPC services
     * @throws RuntimeException when it did not come whole, or is not the history this member has
     */
    void from(String clientAddress, MemberStorage storage);
}
