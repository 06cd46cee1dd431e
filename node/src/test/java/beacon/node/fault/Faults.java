package beacon.node.fault;

import beacon.node.process.MemberCluster;

/** How members run in fault tests: small, quick to start, and with snapshots often enough to matter. */
final class Faults {
    private Faults() {}

    static MemberCluster.Options options() {
        return MemberCluster.Options.small().with("raft.snapshot-events", "2000");
    }
}
