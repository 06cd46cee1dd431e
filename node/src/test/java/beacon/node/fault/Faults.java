package beacon.node.fault;

import beacon.node.cli.BeaconCli;
import beacon.node.process.MemberCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How members run in fault tests: small, quick to start, and with snapshots often enough to matter. */
final class Faults {
    private Faults() {}

    static MemberCluster.Options options() {
        return new MemberCluster.Options(
                BeaconCli.class,
                3,
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                Map.of("raft.snapshot-events", "2000"),
                Duration.ofSeconds(90));
    }
}
