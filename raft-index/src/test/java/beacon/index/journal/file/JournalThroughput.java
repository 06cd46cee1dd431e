package beacon.index.journal.file;

import beacon.index.journal.Journal;
import beacon.index.log.RecordReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Measures the journal in one thread: append, replay into a consumer that does nothing, single reads at random places,
 * and opening. {@code main} prints one JSON object; the methods are for the bench module.
 */
public final class JournalThroughput {
    private JournalThroughput() {}

    /**
     * How fast something went.
     *
     * @param perSecond by the clock
     * @param perCpuSecond by the thread's own CPU time, which other work on the machine hardly disturbs
     */
    public record Rate(double perSecond, double perCpuSecond) {}

    /** Appends events of the given size up to the given sequence. */
    public static Rate append(Journal journal, long lastSequence, int eventBytes) {
        byte[] event = new byte[eventBytes];
        new SplittableRandom(1).nextBytes(event);
        long first = journal.lastSequence() + 1;
        Watch start = Watch.start();
        for (long sequence = first; sequence <= lastSequence; sequence++) {
            journal.append(sequence, event);
        }
        return rate(lastSequence - first + 1, start);
    }

    /** Reads the whole journal. */
    public static Rate replay(Journal journal) {
        Watch start = Watch.start();
        long events = 0;
        try (RecordReader reader = journal.readFrom(1)) {
            while (reader.next()) {
                events++;
            }
        }
        if (events != journal.lastSequence()) {
            throw new IllegalStateException("expected " + journal.lastSequence() + " events, but found " + events);
        }
        return rate(events, start);
    }

    /** Opens a reader at random sequences and reads one event each. */
    public static Rate readAtRandom(Journal journal, int reads) {
        SplittableRandom random = new SplittableRandom(2);
        Watch start = Watch.start();
        for (int i = 0; i < reads; i++) {
            try (RecordReader reader = journal.readFrom(1 + random.nextLong(journal.lastSequence()))) {
                if (!reader.next()) {
                    throw new IllegalStateException("expected an event, but found none");
                }
            }
        }
        return rate(reads, start);
    }

    private static Rate rate(long count, Watch since) {
        return new Rate(
                count * 1e9 / (System.nanoTime() - since.wallNanos), count * 1e9 / (cpuNanos() - since.cpuNanos));
    }

    private record Watch(long wallNanos, long cpuNanos) {
        static Watch start() {
            return new Watch(System.nanoTime(), JournalThroughput.cpuNanos());
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** Arguments: directory (emptied first), events, bytes of an event, runs. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        long events = Long.parseLong(args[1]);
        int eventBytes = Integer.parseInt(args[2]);
        int runs = Integer.parseInt(args[3]);
        StringBuilder lines = new StringBuilder();
        for (int run = 0; run < runs; run++) {
            delete(directory);
            lines.append(run == 0 ? "" : ", ").append(run(directory, events, eventBytes));
        }
        delete(directory);
        System.out.printf(
                Locale.ROOT,
                "{ \"events\": %d, \"event_bytes\": %d, \"jdk\": \"%s\", \"runs\": [ %s ] }%n",
                events,
                eventBytes,
                System.getProperty("java.version"),
                lines);
    }

    private static String run(Path directory, long events, int eventBytes) {
        Rate append;
        Rate replay;
        Rate random;
        long syncNanos;
        try (Journal journal = ChronicleJournal.open(directory, 0)) {
            append = append(journal, events, eventBytes);
            Watch sync = Watch.start();
            journal.sync();
            syncNanos = System.nanoTime() - sync.wallNanos;
            replay = replay(journal);
            random = readAtRandom(journal, 20_000);
        }
        Watch open = Watch.start();
        ChronicleJournal.open(directory, events).close();
        return String.format(
                Locale.ROOT,
                "{ \"append_per_second\": %s, \"replay_per_second\": %s, \"random_reads_per_second\": %s,"
                        + " \"sync_ms\": %d, \"open_ms\": %d }",
                json(append),
                json(replay),
                json(random),
                syncNanos / 1_000_000,
                (System.nanoTime() - open.wallNanos) / 1_000_000);
    }

    private static String json(Rate rate) {
        return String.format(Locale.ROOT, "{ \"wall\": %.0f, \"cpu\": %.0f }", rate.perSecond, rate.perCpuSecond);
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
