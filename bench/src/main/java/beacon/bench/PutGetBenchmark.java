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
 * {@code beacon bench put-get}: the main job. Files on the embedded cluster beside the stages they pass, what a repair
 * reads, and how fast projections and steward are.
 */
final class PutGetBenchmark {
    static final long SIZE_BYTES = 1L << 30;
    static final long QUICK_SIZE_BYTES = 64L << 20;

    private static final List<String> PARTS = List.of("files", "steward", "projections");

    private final Settings settings;
    private final long size;
    private final boolean quick;
    private final Progress progress;

    /**
     * A benchmark.
     *
     * @param size of the file in bytes, whole MiB
     * @param quick few events and pins
     */
    PutGetBenchmark(Settings settings, long size, boolean quick, Progress progress) {
        if (size < QUICK_SIZE_BYTES || size % (1 << 20) != 0) {
            throw new BenchException("expected a file of whole MiB, 64 at least, but found " + size + " bytes");
        }
        this.settings = settings;
        this.size = size;
        this.quick = quick;
        this.progress = progress;
    }

    /**
     * Measures.
     *
     * @param only parts to measure; all of them when empty
     */
    Report run(Path directory, List<String> only) {
        if (!PARTS.containsAll(only)) {
            throw new BenchException("expected only some of %s, but found %s".formatted(PARTS, only));
        }
        List<String> parts = only.isEmpty() ? PARTS : only;
        ProjectionMeasurement projections = new ProjectionMeasurement(directory, settings, quick, progress);
        Map<String, Object> conditions = new LinkedHashMap<>(Conditions.of(settings, directory));
        conditions.put("file_bytes", size);
        conditions.put("coding", "10+4");
        conditions.put("fsync", true);
        conditions.put(
                "processes",
                "beacon up with 14 storage nodes; put and get each one, their start included; staying: all in one");
        conditions.put("heap", "put, get: 256 MiB; up: 512 MiB");
        conditions.put("rebuilt_events", projections.events());
        conditions.put("pins", projections.pins());
        try {
            List<Result> results = new ArrayList<>();
            if (parts.contains("files")) {
                results.addAll(files(directory));
            }
            if (parts.contains("steward")) {
                results.addAll(projections.decisions());
            }
            if (parts.contains("projections")) {
                results.addAll(projections.rebuilds());
            }
            return new Report("put-get", Conditions.commit(), conditions, results);
        } catch (IOException e) {
            throw new BenchException("expected to read and write files, but could not", e);
        }
    }

    private List<Result> files(Path directory) throws IOException {
        Entropy entropy = new SystemEntropy();
        progress.say("starting beacon up");
        try (EmbeddedCluster cluster = EmbeddedCluster.start(directory)) {
            List<Result> results =
                    new ArrayList<>(new FilesMeasurement(cluster, directory, size, settings, progress, entropy).run());
            results.add(new RepairMeasurement(cluster, settings, progress).run());
            return results;
        }
    }
}
