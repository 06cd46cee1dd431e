package beacon.sim.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.journal.Journal;
import beacon.index.journal.file.ChronicleJournal;
import beacon.index.log.RecordReader;
import beacon.node.cli.VerbProvider.Surroundings;
import beacon.sim.cluster.Policy;
import beacon.sim.cluster.Recording;
import beacon.sim.cluster.Simulation;
import beacon.sim.scenario.Deletions;
import beacon.sim.scenario.Fault;
import beacon.sim.scenario.Fault.Kind;
import beacon.sim.scenario.Scenario;
import beacon.sim.world.World;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A journal on disk, with crashes, lost disks, rot and slow repairs in it, is lived through again. */
class FromJournalIT {
    private static final double SHARE = 0.1;

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int sim(boolean json, String... args) {
        Surroundings surroundings = new Surroundings() {
            @Override
            public PrintStream out() {
                return new PrintStream(out, true, UTF_8);
            }

            @Override
            public PrintStream err() {
                return new PrintStream(err, true, UTF_8);
            }

            @Override
            public boolean isJson() {
                return json;
            }

            @Override
            public Path directory() {
                return directory;
            }
        };
        return new CommandLine(new SimVerbProvider().verb(surroundings))
                .setErr(new PrintWriter(err, true, UTF_8))
                .execute(args);
    }

    private static Scenario churn(Deletions deletions) {
        return new Scenario(
                "churn",
                "",
                new Policy(15 * World.SECOND, 8, 60, 10 * World.SECOND, 6 * World.MINUTE, 64, 16L << 20, 5, 6, 3),
                3,
                16,
                8,
                1L << 40,
                0,
                60,
                20 * World.SECOND,
                0.5,
                deletions,
                8 * World.HOUR,
                true,
                List.of(
                        new Fault(50 * World.MINUTE, Kind.CRASH, "n2", 3 * World.MINUTE, 0),
                        new Fault(70 * World.MINUTE, Kind.CRASH, "n5", 40 * World.MINUTE, 0),
                        new Fault(2 * World.HOUR, Kind.WIPE, "n7", 5 * World.MINUTE, 0),
                        new Fault(3 * World.HOUR, Kind.ROT, "n9", 0, 0.3),
                        new Fault(4 * World.HOUR, Kind.CRASH, "domain rack-3", 30 * World.MINUTE, 0),
                        new Fault(5 * World.HOUR, Kind.WIPE, "n11", 0, 0),
                        new Fault(6 * World.HOUR, Kind.CUT, "n13", 20 * World.MINUTE, 0)));
    }

    private void journal(Deletions deletions) {
        Recording recording = new Recording();
        assertThat(Simulation.record(churn(deletions), 5, recording, share -> {})
                        .violation())
                .isEmpty();
        Journal made = recording.journal().orElseThrow();
        try (Journal files = ChronicleJournal.open(directory.resolve("m1/journal"), 0);
                RecordReader records = made.readFrom(1)) {
            for (long sequence = 1; sequence <= made.lastSequence(); sequence++) {
                assertThat(records.next()).isTrue();
                files.append(sequence, records.copy());
            }
            files.sync();
        }
    }

    @Test
    void theSamePolicyRepairsAsMuchAndOthersTellWhatTheyWouldHave() {
        journal(Deletions.NONE);

        int code = sim(true, "from-journal", "m1", "--what-if", "copies=1", "--what-if", "grace=2h");

        assertThat(code).as(err.toString(UTF_8)).isZero();
        JsonObject said = JsonParser.parseString(out.toString(UTF_8)).getAsJsonObject();
        assertThat(said.get("beat_millis").getAsLong()).isEqualTo(15_000);
        assertThat(said.get("pulse_beats").getAsInt()).isEqualTo(8);
        assertThat(said.get("bar_beats").getAsInt()).isEqualTo(60);
        assertThat(said.get("pins").getAsInt()).isEqualTo(60);
        JsonObject journal = said.getAsJsonObject("journal");
        JsonObject same = said.getAsJsonObject("replays").getAsJsonObject("same");
        System.out.println(said);
        assertThat(journal.get("moves_repaired").getAsLong()).isGreaterThan(100);
        for (String key : List.of("moves", "moves_repaired", "moves_filled", "bytes_read", "bytes_read_repaired")) {
            double measured = journal.get(key).getAsDouble();
            assertThat(same.get(key).getAsDouble()).as(key).isBetween(measured * (1 - SHARE), measured * (1 + SHARE));
        }
        assertThat(same.get("lost").getAsInt()).isZero();
        JsonObject fewer = said.getAsJsonObject("replays").getAsJsonObject("copies=1");
        assertThat(fewer.get("lost").getAsInt()).isPositive();
        assertThat(fewer.get("lowest_margin").getAsInt()).isNegative();
        JsonObject patient = said.getAsJsonObject("replays").getAsJsonObject("grace=2h");
        assertThat(patient.get("moves").getAsLong())
                .isLessThan(same.get("moves").getAsLong());
    }

    @Test
    void whatWasDeletedIsDeletedAgain() {
        journal(new Deletions(0.5, World.HOUR, World.HOUR));

        int code = sim(true, "from-journal", "m1", "--what-if", "copies=4");

        assertThat(code).as(err.toString(UTF_8)).isZero();
        JsonObject said = JsonParser.parseString(out.toString(UTF_8)).getAsJsonObject();
        System.out.println(said);
        JsonObject journal = said.getAsJsonObject("journal");
        JsonObject replays = said.getAsJsonObject("replays");
        assertThat(journal.get("releases").getAsLong()).isGreaterThan(10);
        for (String name : List.of("same", "copies=4")) {
            assertThat(replays.getAsJsonObject(name).get("releases")).isEqualTo(journal.get("releases"));
        }
        double measured = journal.get("moves_repaired").getAsDouble();
        assertThat(replays.getAsJsonObject("same").get("moves_repaired").getAsDouble())
                .isBetween(measured * (1 - SHARE), measured * (1 + SHARE));
    }

    @Test
    void whatIsNoHistoryIsSaid() {
        assertThat(sim(false, "from-journal", "nowhere")).isEqualTo(2);
        journal(Deletions.NONE);
        assertThat(sim(false, "from-journal", "m1", "--what-if", "colour=red")).isEqualTo(2);

        assertThat(err.toString(UTF_8))
                .contains("expected a backup, or the directory of a journal, but found nothing at")
                .contains("expected one of [beat, pulse, bar,");
    }
}
