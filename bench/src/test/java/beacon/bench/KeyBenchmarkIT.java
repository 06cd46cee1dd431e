package beacon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyBenchmarkIT {
    @TempDir
    Path directory;

    @Test
    void everyFigureHasAValueAndWhatItIsJudgedBy() {
        Settings settings = new Settings(1, Duration.ZERO, Duration.ofMillis(200));

        Report report;
        try (Workspace workspace = Workspace.in(directory)) {
            report = new KeyBenchmark(settings, true, new Progress(System.err)).run(workspace, List.of());
        }

        assertThat(report.results())
                .extracting(Result::name)
                .containsExactly(
                        "seal",
                        "open",
                        "seal_file",
                        "open_file",
                        "blake3",
                        "rewrap_two_cores",
                        "rewrap_cpu",
                        "partial_cpu",
                        "ceremony_in_process",
                        "ceremony_first",
                        "ceremony_second",
                        "ceremony",
                        "open_small_p50",
                        "rewrap");
        assertThat(report.results()).allSatisfy(result -> {
            assertThat(result.value()).isPositive();
            assertThat(result.runs()).hasSize(1);
        });
        Map<String, Result> results =
                report.results().stream().collect(Collectors.toMap(Result::name, Function.identity()));
        assertThat(results.get("seal").baseline()).isNotNull();
        assertThat(results.get("open").ratio()).isPositive();
        assertThat(Optional.ofNullable(results.get("seal_file").baseline()).isPresent())
                .isEqualTo(AgeCommand.installedVersion().isPresent());
    }
}
