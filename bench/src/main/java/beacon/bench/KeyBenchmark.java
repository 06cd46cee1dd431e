package beacon.bench;

import beacon.keys.Entropy;
import beacon.keys.vault.SystemEntropy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code beacon bench keys}: the key plane alone, beside the JDK's cipher and the {@code age} command,
 * and then as a service: custodians and members in processes of their own.
 */
final class KeyBenchmark {
    private static final List<String> PARTS = List.of("envelope", "custody", "service", "rewrap");

    private final Settings settings;
    private final boolean quick;
    private final Progress progress;

    KeyBenchmark(Settings settings, boolean quick, Progress progress) {
        this.settings = settings;
        this.quick = quick;
        this.progress = progress;
    }

    /**
     * Measures.
     *
     * @param only parts to measure; all of them when empty
     */
    Report run(Workspace workspace, List<String> only) {
        if (!PARTS.containsAll(only)) {
            throw new BenchException("expected only some of %s, but found %s".formatted(PARTS, only));
        }
        List<String> parts = only.isEmpty() ? PARTS : only;
        Path directory = workspace.directory();
        Entropy entropy = new SystemEntropy();
        EnvelopeMeasurement envelope = new EnvelopeMeasurement(directory, settings, quick, progress, entropy);
        ServiceMeasurement service = new ServiceMeasurement(workspace, settings, quick, progress, entropy);
        Map<String, Object> conditions = new LinkedHashMap<>(Conditions.of(settings, directory));
        conditions.put("artifact_bytes", envelope.sizeBytes());
        conditions.put("custodians", Custodians.THRESHOLD + " of " + Custodians.SIZE);
        conditions.put("processes", "open_small_p50, ceremony*: 3 custodians; rewrap: 3 custodians, 3 members");
        conditions.put("tls", true);
        conditions.put("fsync", true);
        conditions.put("rewrapped_artifacts", service.artifacts());
        conditions.put("cpu_time", List.of("seal", "open", "blake3", "rewrap_cpu", "partial_cpu"));
        try {
            List<Result> results = new ArrayList<>();
            if (parts.contains("envelope")) {
                results.addAll(envelope.run());
            }
            if (parts.contains("custody")) {
                results.addAll(new CustodyMeasurement(settings, progress, entropy).run());
            }
            if (parts.contains("service")) {
                results.addAll(service.openings());
            }
            if (parts.contains("rewrap")) {
                results.add(service.rewraps());
            }
            return new Report("keys", Conditions.commit(), conditions, results);
        } catch (IOException e) {
            throw new BenchException("expected to read and write files, but could not", e);
        }
    }
}
