package beacon.bench;

import beacon.keys.Entropy;
import beacon.keys.vault.SystemEntropy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code beacon bench keys}: the key plane without network, beside the JDK's cipher and the {@code age} command. */
final class KeyBenchmark {
    private final Settings settings;
    private final boolean quick;
    private final Progress progress;

    KeyBenchmark(Settings settings, boolean quick, Progress progress) {
        this.settings = settings;
        this.quick = quick;
        this.progress = progress;
    }

    /** @param directory for the files that are sealed and opened */
    Report run(Path directory) {
        Entropy entropy = new SystemEntropy();
        EnvelopeMeasurement envelope = new EnvelopeMeasurement(directory, settings, quick, progress, entropy);
        Map<String, Object> conditions = new LinkedHashMap<>(Conditions.of(settings, directory));
        conditions.remove("warm_up_seconds");
        conditions.put("artifact_bytes", envelope.sizeBytes());
        conditions.put("custodians", Custodians.THRESHOLD + " of " + Custodians.SIZE);
        conditions.put("cpu_time", List.of("seal", "open", "blake3", "rewrap_cpu", "partial_cpu"));
        try {
            List<Result> results = new ArrayList<>(envelope.run());
            results.addAll(new CustodyMeasurement(settings, progress, entropy).run());
            return new Report("keys", Conditions.commit(), conditions, results);
        } catch (IOException e) {
            throw new BenchException("expected to read and write files, but could not", e);
        }
    }
}
