package beacon.sim.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.cli.VerbProvider.Surroundings;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimVerbTest {
    private static final String TOO_MUCH = """
            name: too-much
            cluster: {nodes: 14}
            artifacts: {count: 5, every: 1s}
            duration: 1h
            faults:
              - {at: 9m, kind: crash, target: m1, lasts: 1m}
              - {at: 10m, kind: wipe, target: n1}
              - {at: 10m, kind: wipe, target: n2}
              - {at: 10m, kind: wipe, target: n3}
              - {at: 10m, kind: wipe, target: n4}
              - {at: 10m, kind: wipe, target: n5}
              - {at: 10m, kind: wipe, target: n6}
              - {at: 20m, kind: crash, target: m2, lasts: 1m}
            """;

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

    @Test
    void everyScenarioThatComesWithBeaconHolds() {
        for (String name : Scenarios.names()) {
            assertThat(sim(false, "run", name, "--seed", "3")).as(name).isZero();
        }
        assertThat(out.toString(UTF_8)).contains("rack-loss seed 3: holds");
    }

    @Test
    void aViolationIsShrunkKeptAndReplayed() throws IOException {
        Files.writeString(directory.resolve("mine.yaml"), TOO_MUCH);

        assertThat(sim(true, "run", "mine.yaml", "--seed", "5")).isEqualTo(1);

        JsonObject said = JsonParser.parseString(out.toString(UTF_8))
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject();
        assertThat(said.get("holds").getAsBoolean()).isFalse();
        assertThat(said.get("invariant").getAsString()).isEqualTo("ACKNOWLEDGED_SURVIVES");
        assertThat(err.toString(UTF_8)).contains("5 of 8 faults are enough: beacon sim replay ");
        Path kept;
        try (Stream<Path> files = Files.list(directory)) {
            kept = files.filter(file -> file.getFileName().toString().startsWith("beacon-sim-"))
                    .findFirst()
                    .orElseThrow();
        }
        out.reset();
        assertThat(sim(false, "replay", kept.toString(), "--seed", "5")).isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("m1 starts with").contains("VIOLATION ACKNOWLEDGED_SURVIVES");
    }

    @Test
    void mistakesAreSaidAndNothingRuns() throws IOException {
        Files.writeString(directory.resolve("bad.yaml"), "durations: 1h\n");

        assertThat(sim(false, "run", "bad.yaml")).isEqualTo(2);
        assertThat(sim(false, "run", "nowhere.yaml")).isEqualTo(2);
        assertThat(sim(false, "run")).isEqualTo(2);
        assertThat(sim(false, "jump")).isEqualTo(2);

        assertThat(err.toString(UTF_8))
                .contains("bad.yaml:1: expected no key \"durations\"")
                .contains("expected a file or one of [redeploy-wave")
                .contains("expected either a scenario or --random, but found neither")
                .contains("expected run, replay, shrink, list, show or explain, but found jump");
    }

    @Test
    void durabilityIsEstimatedForCopiesAndShards() {
        String[] quick = {"durability", "--rot-every", "0", "--lives", "20000", "--precision", "0.5"};

        assertThat(sim(false, quick)).isZero();
        assertThat(sim(true, quick)).isZero();
        assertThat(sim(false, "durability", "--nodes", "3")).isEqualTo(2);

        String[] said = out.toString(UTF_8).split("(?=\\[\\{)", 2);
        assertThat(said[0]).contains("5 copies on 20 nodes in 20 domains").contains("lost a year of each byte");
        JsonObject coded =
                JsonParser.parseString(said[1]).getAsJsonArray().get(1).getAsJsonObject();
        assertThat(coded.get("coding").getAsString()).isEqualTo("10+4");
        assertThat(coded.get("nomdl").getAsDouble())
                .isBetween(
                        coded.get("nomdl_low").getAsDouble(),
                        coded.get("nomdl_high").getAsDouble());
        assertThat(err.toString(UTF_8)).contains("expected a node for each of 5 columns");
    }

    @Test
    void aReportIsOnePageThatNeedsNothingElse() throws IOException {
        Files.writeString(directory.resolve("mine.yaml"), TOO_MUCH.replace("too-much", "<too> & much"));

        assertThat(sim(false, "run", "mine.yaml", "--seed", "5", "--report", "r.html"))
                .isEqualTo(1);
        assertThat(sim(false, "run", "lost-writes", "--seed", "1", "--runs", "2", "--report", "many.html"))
                .isZero();

        String page = Files.readString(directory.resolve("r.html"));
        assertThat(page)
                .contains("&lt;too&gt; &amp; much, seed 5")
                .contains("ACKNOWLEDGED_SURVIVES")
                .contains("wipe n4 at 0d00:10:00.000, for good")
                .contains("The worst moments")
                .contains("n5 WIPE")
                .doesNotContain("{{", "http:", "https:", "<script", "src=");
        assertThat(Files.readString(directory.resolve("many-2.html"))).contains("Everything held");
        assertThat(directory.resolve("many-1.html")).exists();
    }

    @Test
    void listsShowsAndExplains() {
        assertThat(sim(false, "list")).isZero();
        assertThat(sim(false, "explain", "acknowledged-survives")).isZero();
        assertThat(sim(false, "show", "disk-rot")).isZero();

        assertThat(out.toString(UTF_8))
                .contains("slow-node")
                .contains("promise 4")
                .contains("kind: rot, target: n8, amount: 0.05");
    }
}
