package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.process.MemberCluster;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise 5: what was lost is brought back, without a key, by whichever member leads. */
class HealIT {
    private static final int NODES = 10;
    private static final String CODE = "4+3";
    private static final String LARGE = "ucxl://any:any@demo:heal/*^/large";
    private static final String SMALL = "ucxl://any:any@demo:heal/*^/small";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Beats of a fifth of a second, decisions every second, no patience with nodes that are down. */
    private static final Map<String, String> QUICK = Map.of(
            "steward.beat", "200ms",
            "steward.pulse-beats", "5",
            "steward.bar-beats", "50",
            "steward.ping", "500ms",
            "steward.grace", "1ms");

    @TempDir
    Path directory;

    private LogCustodians world;

    private CommandRun must(String... arguments) {
        CommandRun run = world.run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private JsonArray rows(String... arguments) {
        return JsonParser.parseString(must(arguments).out()).getAsJsonArray();
    }

    private int endangered() {
        return rows("repair", "ls", "-o", "json").size();
    }

    private int columnsOn(String condition) {
        return rows("nodes", "ls", "--condition", condition, "-o", "json").size();
    }

    @Test
    void lossesAreHealedOverAndOverAndWhoeverLeads() throws Exception {
        try (LogCustodians started = new LogCustodians(
                        directory,
                        3,
                        new MemberCluster.Options(
                                BeaconCli.class, 3, List.of("-Xmx384m"), QUICK, Duration.ofSeconds(60)));
                StorageFleet fleet = new StorageFleet(directory, started.members, NODES)) {
            world = started;
            fleet.startAll();
            byte[] large = new byte[20 << 20];
            new Random(7).nextBytes(large);
            Files.write(directory.resolve("large"), large);
            Files.writeString(directory.resolve("small"), "a small file");
            must("key", "ceremony", "--custodian", world.endpoints(1, 2, 3), "--key", "org.key");
            must("key", "activate", "--key", "org.key");
            must("put", "large", LARGE, "--code", CODE);
            must("put", "small", SMALL);
            assertThat(endangered()).isZero();

            // More nodes in all than may be lost, but never at once.
            for (List<Integer> victims : List.of(List.of(1, 2), List.of(3))) {
                victims.forEach(fleet::kill);
                int down = victims.get(0) == 1 ? 2 : 3;
                MemberCluster.await("nodes to be seen down", PATIENCE, () -> columnsOn("down") == down);
                MemberCluster.await("everything to be whole", PATIENCE, () -> endangered() == 0);
                String leader = world.members.awaitLeader(world.members.ids());
                world.members.kill(leader);
                world.members.start(leader);
                world.members.awaitReady(leader);
            }
            must("get", LARGE, "--out", "large.back");

            assertThat(directory.resolve("large.back")).hasBinaryContent(large);
            assertThat(must("get", SMALL).out()).isEqualTo("a small file");
            assertThat(must("replay", "-o", "json").out()).contains("shard_moved", "\"heal-", "steward");
        }
    }
}
