package beacon.bench;

import beacon.keys.Entropy;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A file put to the embedded cluster and got back, in alternation with the stages of which that is made, each alone. */
final class FilesMeasurement {
    static final double HEAP_GOAL_BYTES = 256L << 20;
    static final String ADDRESS = "ucxl://any:any@bench:files/*^/file";
    private static final String STAYING_ADDRESS = "ucxl://any:any@bench:files/*^/staying";

    private static final double GOAL = 0.6;
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final int PIECE_BYTES = 1 << 20;

    private final EmbeddedCluster cluster;
    private final Path directory;
    private final long size;
    private final Settings settings;
    private final Progress progress;
    private final Entropy entropy;
    private final List<Double> clientHeap = new ArrayList<>();

    FilesMeasurement(
            EmbeddedCluster cluster, Path directory, long size, Settings settings, Progress progress, Entropy entropy) {
        this.cluster = cluster;
        this.directory = directory;
        this.size = size;
        this.settings = settings;
        this.progress = progress;
        this.entropy = entropy;
    }

    /** "1g", "64m". */
    static String label(long size) {
        return size % (1L << 30) == 0 ? (size >> 30) + "g" : (size >> 20) + "m";
    }

    List<Result> run() throws IOException {
        Path file = directory.resolve("file");
        fill(file);
        Series put = new Series("put_" + label(size));
        Series get = new Series("get_" + label(size));
        Series stayingPut = new Series("put_" + label(size) + "_staying");
        Series stayingGet = new Series("get_" + label(size) + "_staying");
        GcLog log = new GcLog(directory.resolve("staying.gc"));
        try (StageMeasurement stages = new StageMeasurement(directory, size, entropy);
                StayingClient staying = cluster.staying(log)) {
            for (int run = 0; run <= settings.runs(); run++) {
                boolean counts = run > 0;
                Map<String, Stage> ofPut = stages.ofPut();
                put.add(counts, ofPut, rate(cluster.run("put", file.toString(), ADDRESS), counts));
                stayingPut.add(counts, ofPut, rate(staying.run("put", file.toString(), STAYING_ADDRESS)));
                Map<String, Stage> ofGet = stages.ofGet();
                get.add(counts, ofGet, rate(get(file), counts));
                stayingGet.add(counts, ofGet, rate(get(file, staying)));
            }
        }
        clientHeap.add((double) log.peakBytes());
        List<Result> results = new ArrayList<>();
        results.add(put.result());
        results.add(get.result());
        results.add(stayingPut.result());
        results.add(stayingGet.result());
        results.add(stayingPut.besideBound());
        results.add(stayingGet.besideBound());
        results.addAll(put.stages("put"));
        results.addAll(get.stages("get"));
        results.add(Result.within("client_heap", Unit.BYTES, clientHeap, HEAP_GOAL_BYTES));
        results.add(Result.within("node_heap", Unit.BYTES, List.of((double) cluster.heapBytes()), HEAP_GOAL_BYTES));
        return results;
    }

    private EmbeddedCluster.Done get(Path file) throws IOException {
        Path back = directory.resolve("back");
        EmbeddedCluster.Done done = cluster.run("get", ADDRESS, "--out", back.toString());
        checkAndDelete(file, back);
        return done;
    }

    private double get(Path file, StayingClient staying) throws IOException {
        Path back = directory.resolve("back");
        double seconds = staying.run("get", STAYING_ADDRESS, "--out", back.toString());
        checkAndDelete(file, back);
        return seconds;
    }

    /** Its pages are not written out any more when it is gone. */
    private static void checkAndDelete(Path file, Path back) throws IOException {
        if (Files.mismatch(file, back) != -1) {
            throw new BenchException("expected the same file back, but found another");
        }
        Files.delete(back);
    }

    private double rate(EmbeddedCluster.Done done, boolean counts) {
        if (counts) {
            clientHeap.add((double) done.heapBytes());
        }
        return rate(done.seconds());
    }

    private double rate(double seconds) {
        return size / seconds / 1e6;
    }

    private void fill(Path file) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        byte[] piece = new byte[PIECE_BYTES];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long done = 0; done < size; done += PIECE_BYTES) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
    }

    /** Runs of the whole beside those of its stages. */
    private final class Series {
        private final String name;
        private final List<Double> whole = new ArrayList<>();
        private final List<Double> bounds = new ArrayList<>();
        private final Map<String, List<Double>> alone = new LinkedHashMap<>();

        Series(String name) {
            this.name = name;
        }

        /** @param counts false of the first, which warms up */
        void add(boolean counts, Map<String, Stage> stages, double rate) {
            double bound = Stage.bound(stages, StageMeasurement.TIMES, PROCESSORS);
            progress.say("%s%s: %.0f MB/s; alone: %s; all on %d processors at most %.0f"
                    .formatted(name, counts ? "" : " (warm-up)", rate, text(stages), PROCESSORS, bound));
            if (counts) {
                whole.add(rate);
                bounds.add(bound);
                stages.forEach((stage, each) ->
                        alone.computeIfAbsent(stage, first -> new ArrayList<>()).add(each.rate()));
            }
        }

        private String text(Map<String, Stage> stages) {
            List<String> words = new ArrayList<>();
            stages.forEach((name, stage) ->
                    words.add("%s %.0f (%.2f s CPU a GB)".formatted(name, stage.rate(), stage.processorSeconds())));
            return String.join(", ", words);
        }

        Result result() {
            String slowest = alone.entrySet().stream()
                    .min((a, b) -> Double.compare(Medians.of(a.getValue()), Medians.of(b.getValue())))
                    .orElseThrow()
                    .getKey();
            List<Double> runs = alone.getOrDefault(slowest, List.of());
            return Result.against(
                    name, Unit.MEGABYTES_PER_SECOND, whole, Result.Baseline.of(slowest + " alone", runs), GOAL);
        }

        /** The same beside what the processors allow: client and cluster share them here. */
        Result besideBound() {
            String bound = "all stages on %d processors".formatted(PROCESSORS);
            return Result.against(
                    name + "_of_processors", Unit.MEGABYTES_PER_SECOND, whole, Result.Baseline.of(bound, bounds), null);
        }

        List<Result> stages(String of) {
            List<Result> results = new ArrayList<>();
            alone.forEach((stage, runs) ->
                    results.add(Result.against(of + "_stage_" + stage, Unit.MEGABYTES_PER_SECOND, runs, null, null)));
            return results;
        }
    }
}
