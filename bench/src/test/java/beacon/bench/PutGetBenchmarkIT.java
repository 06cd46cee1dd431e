package beacon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PutGetBenchmarkIT {
    @TempDir
    Path directory;

    @Test
    void everyFigureHasAValueAndWhatItIsJudgedBy() {
        Settings settings = new Settings(1, Duration.ZERO, Duration.ofMillis(200));

        Report report = new PutGetBenchmark(settings, PutGetBenchmark.QUICK_SIZE_BYTES, true, new Progress(System.err))
                .run(directory, List.of());

        assertThat(report.results())
                .extracting(Result::name)
                .containsExactly(
                        "put_64m",
                        "get_64m",
                        "put_64m_staying",
                        "get_64m_staying",
                        "put_64m_staying_of_processors",
                        "get_64m_staying_of_processors",
                        "put_stage_seal",
                        "put_stage_hash",
                        "put_stage_encode",
                        "put_stage_transfer",
                        "put_stage_disk",
                        "get_stage_open",
                        "get_stage_hash",
                        "get_stage_transfer",
                        "get_stage_write",
                        "client_heap",
                        "node_heap",
                        "repair_read_amplification",
                        "steward_10k_pins",
                        "steward_10k_pins_cpu",
                        "steward_10k_pins_calm",
                        "steward_10k_pins_calm_cpu",
                        "projection_rebuild",
                        "projection_rebuild_cpu",
                        "projection_rebuild_records",
                        "projection_rebuild_records_cpu");
        assertThat(report.results())
                .allSatisfy(result -> assertThat(result.value()).isPositive());
        Map<String, Result> results =
                report.results().stream().collect(Collectors.toMap(Result::name, Function.identity()));
        assertThat(results.get("put_64m").baseline()).isNotNull();
        assertThat(results.get("get_64m").ratio()).isPositive();
        assertThat(results.get("put_64m_staying").baseline()).isNotNull();
        assertThat(results.get("get_64m_staying_of_processors").baseline()).isNotNull();
        // A block too few would not have given the column back.
        assertThat(results.get("repair_read_amplification").value()).isGreaterThanOrEqualTo(1);
    }
}
