package beacon.index.journal.file;

import beacon.index.journal.Journal;
import beacon.index.journal.JournalReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Measures the journal in one thread: append, replay into a consumer that does nothing, single reads at random places,
 * and opening. {@code main} prints one JSON object; the methods are for the bench module.
 */
public final class JournalThroughput {
    private JournalThroughput() {}

    /** Appends events of the given size up to the given sequence; returns events per second. */
    public static double append(Journal journal, long lastSequence, int eventBytes) {
        byte[] event = new byte[eventBytes];
        new SplittableRandom(1).nextBytes(event);
        long first = journal.lastSequence() + 1;
        long start = System.nanoTime();
        for (long sequence = first; sequence <= lastSequence; sequence++) {
            journal.append(sequence, event);
        }
        return rate(lastSequence - first + 1, start);
    }

    /** Reads the whole journal; returns events per second. */
    public static double replay(Journal journal) {
        long start = System.nanoTime();
        long events = 0;
        try (JournalReader reader = journal.readFrom(1)) {
            while (reader.next()) {
                events++;
            }
        }
        if (events != journal.lastSequence()) {
            throw new IllegalStateException("expected " + journal.lastSequence() + " events, but found " + events);
        }
        return rate(events, start);
    }

    /** Opens a reader at random sequences and reads one event each; returns reads per second. */
    public static double readAtRandom(Journal journal, int reads) {
        SplittableRandom random = new SplittableRandom(2);
        long start = System.nanoTime();
        for (int i = 0; i < reads; i++) {
            try (JournalReader reader = journal.readFrom(1 + random.nextLong(journal.lastSequence()))) {
                if (!reader.next()) {
                    throw new IllegalStateException("expected an event, but found none");
                }
            }
        }
        return rate(reads, start);
    }

    private static double rate(long count, long startNanos) {
        return count * 1e9 / (System.nanoTime() - startNanos);
    }

    /** Arguments: directory (emptied first), events, bytes of an event, runs. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        long events = Long.parseLong(args[1]);
        int eventBytes = Integer.parseInt(args[2]);
        int runs = Integer.parseInt(args[3]);
        List<Double> append = new ArrayList<>();
        List<Double> replay = new ArrayList<>();
        List<Double> random = new ArrayList<>();
        List<Double> sync = new ArrayList<>();
        List<Double> open = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            delete(directory);
            try (Journal journal = ChronicleJournal.open(directory, 0)) {
                append.add(append(journal, events, eventBytes));
                long start = System.nanoTime();
                journal.sync();
                sync.add((System.nanoTime() - start) / 1e6);
                replay.add(replay(journal));
                random.add(readAtRandom(journal, 20_000));
            }
            long start = System.nanoTime();
            ChronicleJournal.open(directory, events).close();
            open.add((System.nanoTime() - start) / 1e6);
        }
        delete(directory);
        System.out.printf(
                Locale.ROOT,
                "{ \"events\": %d, \"event_bytes\": %d, \"jdk\": \"%s\", \"append_per_second\": %s, \"replay_per_second\": %s,"
                        + " \"random_reads_per_second\": %s, \"sync_ms\": %s, \"open_ms\": %s }%n",
                events,
                eventBytes,
                System.getProperty("java.version"),
                rounded(append),
                rounded(replay),
                rounded(random),
                rounded(sync),
                rounded(open));
    }

    private static String rounded(List<Double> values) {
        return Arrays.toString(values.stream().mapToLong(Math::round).toArray());
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
