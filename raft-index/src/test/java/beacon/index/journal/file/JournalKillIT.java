package beacon.index.journal.file;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.journal.Journal;
import beacon.index.journal.Records;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that appends is killed at random moments; what is left is an intact prefix with all that was synced. */
class JournalKillIT {
    private static final int ROUNDS = 24;
    /** Files end often, so that many kills hit the change from one to the next. */
    private static final JournalOptions SMALL = new JournalOptions(9, 1 << 16, 0);

    @TempDir
    Path directory;

    @Test
    void aKilledProcessLeavesAnIntactPrefixWithAllThatWasSynced() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        long durable = 0;
        long killedAt = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long synced = appendUntilKilled(durable, random.nextInt(1, 400));

            try (Journal journal = ChronicleJournal.open(directory, Math.max(durable, synced), SMALL)) {
                long last = journal.lastSequence();
                assertThat(last).as("round %d", round).isGreaterThanOrEqualTo(synced);
                assertThat(last).as("round %d", round).isGreaterThan(killedAt);
                Records.assertReads(journal, 1, last);
                Records.appendTo(journal, last + 50);
                Records.assertReads(journal, last - 10, last + 50);
                killedAt = last;
                durable = last + 50;
            }
        }
        assertThat(durable).isGreaterThan(10L * (1 << SMALL.cycleBits()));
    }

    /** Starts the child, lets it append for a while, kills it; returns the last sequence it said was synced. */
    private long appendUntilKilled(long durable, int millis) throws IOException, InterruptedException {
        Process child = start(durable);
        long synced = durable;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            // Its first report says that it appends; from then on the kill may hit anything.
            String first = lines.readLine();
            assertThat(first).as("first report of the child").matches("\\d+");
            synced = Long.parseLong(first);
            assertThat(child.waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();
            // Through the handle, which leaves the pipe open: what it said before it died counts.
            child.toHandle().destroyForcibly();
            for (String line = lines.readLine(); line != null && line.matches("\\d+"); line = lines.readLine()) {
                synced = Long.parseLong(line);
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        return synced;
    }

    private Process start(long durable) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--") || argument.startsWith("-Dchronicle"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Appender.class.getName(), directory.toString(), Long.toString(durable)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The child: appends known records for ever and says on its standard output what it has synced. */
    public static final class Appender {
        private Appender() {}

        public static void main(String[] args) {
            Journal journal = ChronicleJournal.open(Path.of(args[0]), Long.parseLong(args[1]), SMALL);
            while (true) {
                Records.appendTo(journal, journal.lastSequence() + 37);
                journal.sync();
                System.out.println(journal.lastSequence());
                Records.appendTo(journal, journal.lastSequence() + 700);
            }
        }
    }
}
