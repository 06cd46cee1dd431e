package beacon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import beacon.index.tls.TlsFiles;
import beacon.proto.grpc.PeerIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The peer's half of the comparison works on this machine: etcd beside itself. */
class EtcdComparisonIT {
    @TempDir
    private Path directory;

    @Test
    void everyFigureHasAValueAndABaseline() {
        Optional<String> version = EtcdProcesses.installedVersion();
        assumeTrue(version.isPresent(), "etcd is not installed");
        Settings settings = new Settings(1, Duration.ofMillis(100), Duration.ofMillis(200));
        try (Workspace workspace = Workspace.in(directory)) {
            TlsFiles tls = workspace.issue(PeerIdentity.Kind.MEMBER, "etcd");
            try (EtcdContender etcd =
                    EtcdContender.start(version.get(), workspace.directory(), tls, AppendComparison.KEYS)) {

                List<Result> results =
                        new AppendComparison(etcd, etcd, settings, new Progress(System.err)).run(List.of());

                assertThat(results)
                        .extracting(Result::name)
                        .containsExactly(
                                "in_flight_1000",
                                "in_flight_64",
                                "sequential_p50",
                                "unary_in_flight_1000",
                                "unary_in_flight_64",
                                "unary_sequential_p50",
                                "resolve_linearizable");
                assertThat(results).allSatisfy(result -> {
                    assertThat(result.value()).isPositive();
                    assertThat(result.runs()).hasSize(1);
                    assertThat(result.baseline()).isNotNull();
                    assertThat(result.ratio()).isPositive();
                });
            }
        }
        assertThat(directory).isEmptyDirectory();
    }
}
