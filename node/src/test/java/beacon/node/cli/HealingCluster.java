package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.process.MemberCluster;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Three members whose steward is quick, three custodians with an active key, and storage nodes: all processes of their own,
 * and the command line beside them.
 */
final class HealingCluster implements AutoCloseable {
    /** For what takes seconds, and on a machine that does a lot beside it a minute or two. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Between two looks at the log: each is a whole command, which takes its time from what is waited for. */
    private static final long LOOK_NANOS = 400_000_000;

    /** Beats and decisions every few hundred milliseconds, audits every few seconds, no patience with nodes that are down. */
    private static final Map<String, String> QUICK = Map.of(
            "steward.beat", "400ms",
            "steward.pulse-beats", "5",
            "steward.bar-beats", "15",
            "steward.ping", "500ms",
            "steward.grace", "1ms",
            "steward.deletion-grace", "2s");

    final Path directory;
    final LogCustodians world;
    final StorageFleet fleet;

    HealingCluster(Path directory, int nodes) throws IOException {
        this(directory, nodes, Map.of(), "", MemberCluster.Options.small().jvmFlags());
    }

    /**
     * Starts one.
     *
     * @param settings of members, beside or instead of the quick ones
     * @param more lines of the configuration of each storage node
     */
    HealingCluster(Path directory, int nodes, Map<String, String> settings, String more, List<String> memberFlags)
            throws IOException {
        this.directory = directory;
        MemberCluster.Options options =
                new MemberCluster.Options(BeaconCli.class, 3, memberFlags, QUICK, Duration.ofMinutes(2));
        for (Map.Entry<String, String> each : settings.entrySet()) {
            options = options.with(each.getKey(), each.getValue());
        }
        this.world = new LogCustodians(directory, 3, options);
        this.fleet = new StorageFleet(directory, world.members, nodes, more);
        fleet.startAll();
        must("key", "ceremony", "--custodian", world.endpoints(1, 2, 3), "--key", "org.key");
        must("key", "activate", "--key", "org.key");
    }

    CommandRun must(String... arguments) {
        CommandRun run = world.run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    JsonObject object(String... arguments) {
        return JsonParser.parseString(must(arguments).out()).getAsJsonObject();
    }

    List<JsonObject> rows(String... arguments) {
        return JsonParser.parseString(must(arguments).out()).getAsJsonArray().asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    /** What a verb prints one event a line, from the newest or from the oldest on, as the verb does. */
    List<JsonObject> events(String... arguments) {
        return must(arguments)
                .out()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    int endangered() {
        return rows("repair", "ls", "-o", "json").size();
    }

    int nodesThatAre(String condition) {
        return rows("nodes", "ls", "--condition", condition, "-o", "json").size();
    }

    /** What the log knows of a storage node. */
    JsonObject node(int number) {
        return rows("nodes", "ls", "-o", "json").stream()
                .filter(row -> row.get("failure_domain").getAsString().endsWith("/s" + number))
                .findFirst()
                .orElseThrow();
    }

    /** Names of the objectives that are not met; the exit code says the same. */
    Set<String> failedObjectives() {
        CommandRun run = world.run("slo", "check", "--key", "org.key", "--audit-age", "2m", "-o", "json");
        JsonObject said = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(run.exitCode()).isEqualTo(said.get("ok").getAsBoolean() ? 0 : 1);
        Set<String> failed = new TreeSet<>();
        said.getAsJsonArray("checks").forEach(each -> {
            JsonObject check = each.getAsJsonObject();
            if (check.get("outcome").getAsString().equals("fails")) {
                failed.add(check.get("check").getAsString());
            }
        });
        return failed;
    }

    /** Waits for a condition; when it does not come, says what the objectives and the processes say. */
    void await(String what, BooleanSupplier condition) {
        try {
            MemberCluster.await(what, PATIENCE, () -> {
                boolean holds = condition.getAsBoolean();
                if (!holds) {
                    LockSupport.parkNanos(LOOK_NANOS);
                }
                return holds;
            });
        } catch (IllegalStateException e) {
            List<String> said = new ArrayList<>(List.of(String.valueOf(e.getMessage())));
            said.add(world.run("slo", "check", "--key", "org.key").out());
            said.add(world.run("repair", "ls").out());
            for (String id : world.members.ids()) {
                said.add("--- " + id + '\n' + world.members.process(id).logTail());
            }
            throw new IllegalStateException(String.join("\n", said), e);
        }
    }

    void awaitWhole() {
        await("everything to be whole", () -> endangered() == 0);
    }

    void awaitAllObjectives() {
        await("all objectives", () -> failedObjectives().isEmpty());
    }

    @Override
    public void close() {
        fleet.close();
        world.close();
    }
}
