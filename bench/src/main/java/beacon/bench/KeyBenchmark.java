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
    private final Settings settings;
    private final boolean quick;
    private final Progress progress;

    KeyBenchmark(Settings settings, boolean quick, Progress progress) {
        this.settings = settings;
        this.quick = quick;
        this.progress = progress;
    }

    Report run(Workspace workspace) {
        Path directory = workspace.directory();
        Entropy entropy = new SystemEntropy();
        EnvelopeMeasurement envelope = new EnvelopeMeasurement(directory, settings, quick, progress, entropy);
        ServiceMeasurement service = new ServiceMeasurement(workspace, settings, quick, progress, entropy);
        Map<String, Object> conditions = new LinkedHashMap<>(Conditions.of(settings, directory));
        conditions.put("artifact_bytes", envelope.sizeBytes());
        conditions.put("custodians", Custodians.THRESHOLD + " of " + Custodians.SIZE);
        conditions.put("processes", "open_small_p50, ceremony: 3 custodians; rewrap: 3 custodians, 3 members");
        conditions.put("tls", true);
        conditions.put("fsync", true);
        conditions.put("rewrapped_artifacts", service.artifacts());
        conditions.put("cpu_time", List.of("seal", "open", "blake3", "rewrap_cpu", "partial_cpu"));
        try {
            List<Result> results = new ArrayList<>(envelope.run());
            results.addAll(new CustodyMeasurement(settings, progress, entropy).run());
            results.addAll(service.run());
            return new Report("keys", Conditions.commit(), conditions, results);
        } catch (IOException e) {
            throw new BenchException("expected to read and write files, but could not", e);
        }
    }
}
