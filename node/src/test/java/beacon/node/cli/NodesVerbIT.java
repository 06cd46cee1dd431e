package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.daemon.LocalCluster;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The projection of the storage nodes, asked through the command line of a cluster with real members and files. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NodesVerbIT {
    private static final int FIRST_PORT = 23_500;
    private static final String FIRST = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
    private static final String SECOND = "12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5";
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static LocalCluster cluster;

    @BeforeAll
    static void up() {
        cluster = LocalCluster.prepare(directory.resolve(".beacon"), FIRST_PORT, InstantSource.system());
        cluster.start("test", InstantSource.system());
        await(() -> cluster.leader().isPresent());
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected the condition to hold within " + DEADLINE);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static CommandRun run(String... arguments) {
        CommandRun run = CommandRun.of(directory, arguments);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return run;
    }

    private static JsonArray array(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-o", "json"));
        return JsonParser.parseString(run(all.toArray(String[]::new)).out()).getAsJsonArray();
    }

    private static void append(String... events) {
        CommandRun run = CommandRun.of(directory, String.join("\n", events), new String[] {"append", "--events", "-"});
        assertThat(run.err()).isEmpty();
    }

    private static String joined(String node, String domain) {
        return "{\"type\":\"node_joined\",\"event\":{\"node_id\":\"%s\",\"addresses\":[\"/ip4/10.0.0.1/tcp/4001\"],\"failure_domain\":\"%s\",\"capacity_bytes\":1000}}"
                .formatted(node, domain);
    }

    private static List<String> conditions(JsonArray nodes) {
        List<String> found = new ArrayList<>();
        nodes.forEach(node -> found.add(node.getAsJsonObject().get("condition").getAsString()));
        return found;
    }

    @Test
    @Order(1)
    void listsNodesAsTheLogTellsOfThem() {
        append(joined(FIRST, "eu/rack-7"));
        append(joined(SECOND, "us/rack-1"));

        JsonArray nodes = array("nodes", "ls");

        assertThat(nodes).hasSize(2);
        JsonObject first = nodes.get(0).getAsJsonObject();
        assertThat(first.get("failure_domain").getAsString()).isIn("eu/rack-7", "us/rack-1");
        assertThat(first.get("capacity_bytes").getAsLong()).isEqualTo(1_000);
        assertThat(conditions(nodes)).containsExactly("up", "up");
        assertThat(run("nodes", "ls").out()).contains(FIRST, SECOND, "eu/rack-7");
    }

    @Test
    @Order(2)
    void filtersByDomainAndCondition() {
        assertThat(array("nodes", "ls", "--domain", "eu")).hasSize(1);
        assertThat(array("nodes", "ls", "--domain", "e")).isEmpty();
        assertThat(array("nodes", "ls", "--condition", "down,drained")).isEmpty();
    }

    @Test
    @Order(3)
    void drainsANodeAndShowsThePastAsItWas() {
        run("nodes", "drain", FIRST, "--reason", "too old");

        assertThat(array("nodes", "ls", "--condition", "drained"))
                .singleElement()
                .satisfies(node -> {
                    assertThat(node.getAsJsonObject().get("node").getAsString()).isEqualTo(FIRST);
                    assertThat(node.getAsJsonObject().get("reason").getAsString())
                            .isEqualTo("too old");
                });
        assertThat(conditions(array("nodes", "ls", "--as-of", "2"))).containsExactly("up", "up");
        assertThat(array("nodes", "ls", "--as-of", "1")).hasSize(1);
        assertThat(array("nodes", "ls", "--at", "2020-01-01T00:00:00Z")).isEmpty();
        assertThat(conditions(array("nodes", "ls", "--at", "2999-01-01T00:00:00Z")))
                .containsExactlyInAnyOrder("up", "drained");
    }

    @Test
    @Order(4)
    void refusesWhatMakesNoSenseAndSaysWhy() {
        CommandRun beyond = CommandRun.of(directory, "nodes", "ls", "--as-of", "999");
        assertThat(beyond.exitCode()).isEqualTo(1);
        assertThat(beyond.err()).contains("BEYOND_END", "expected a sequence from 1 to 3, but found 999");
        CommandRun both = CommandRun.of(directory, "nodes", "ls", "--as-of", "1", "--at", "2020-01-01T00:00:00Z");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("--as-of", "--at");
        CommandRun yesterday = CommandRun.of(directory, "nodes", "ls", "--at", "yesterday");
        assertThat(yesterday.exitCode()).isEqualTo(2);
        assertThat(yesterday.err())
                .contains("expected a time such as 2026-03-31T12:00:00Z, but found \"yesterday\"")
                .doesNotContain("java.");
        CommandRun unknown =
                CommandRun.of(directory, "nodes", "drain", "12D3KooWRBy97UB99e3J6hiPesre1MZeuNQvfan4gBziswrRJsNK");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("UNKNOWN_NODE");
        CommandRun malformed = CommandRun.of(directory, "nodes", "drain", "nobody");
        assertThat(malformed.exitCode()).isNotZero();
        assertThat(malformed.err()).contains("peer id");
    }

    @Test
    @Order(5)
    void allMembersHoldTheSame() {
        List<JsonObject> found = new ArrayList<>();
        await(() -> {
            found.clear();
            found.addAll(projections());
            return found.stream()
                            .map(each -> each.get("sequence").getAsLong())
                            .distinct()
                            .count()
                    == 1;
        });

        for (String name : List.of("nodes", "pins", "keys")) {
            assertThat(found)
                    .filteredOn(each -> each.get("projection").getAsString().equals(name))
                    .extracting(each -> each.get("digest").getAsString())
                    .hasSize(LocalCluster.MEMBERS)
                    .satisfies(
                            digests -> assertThat(digests.stream().distinct()).hasSize(1));
        }
    }

    private static List<JsonObject> projections() {
        return array("nodes", "projections").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    @Test
    @Order(6)
    void metricsTellHowFarTheProjectionsAre() throws Exception {
        String base = "http://" + cluster.http(cluster.members().get(0));
        HttpResponse<String> metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(base + "/metrics")).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(metrics.body())
                // The steward strikes a beat when it takes long.
                .containsPattern("beacon_projection_sequence\\{projection=\"nodes\"} [3-9]\\.0")
                .contains("beacon_projection_lag_entries{projection=\"nodes\"} 0.0");
    }

    @Test
    @Order(7)
    void goesOnWhereItEndedAfterARestart() {
        JsonArray before = array("nodes", "ls");
        cluster.close();
        up();

        assertThat(array("nodes", "ls")).isEqualTo(before);
        append(joined(FIRST, "eu/rack-8"));
        assertThat(conditions(array("nodes", "ls"))).containsExactlyInAnyOrder("drained", "up");
    }

    @Test
    @Order(8)
    void namesTheGroupsThatAreNotWhole() {
        String manifest = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
        append(
                "{\"type\":\"pin_placed\",\"event\":{\"manifest_cid\":\"%s\",\"nodes\":[\"%s\",\"%s\"],\"groups\":[%s,%s]}}"
                        .formatted(manifest, FIRST, SECOND, group(1, 2), group(2, 0)));

        assertThat(array("repair", "ls")).singleElement().satisfies(each -> {
            JsonObject row = each.getAsJsonObject();
            assertThat(row.get("manifest").getAsString()).isEqualTo(manifest);
            assertThat(row.get("group").getAsInt()).isEqualTo(1);
            assertThat(row.get("whole").getAsInt()).isEqualTo(1);
            assertThat(row.get("margin").getAsInt()).isZero();
        });
        append(
                "{\"type\":\"shard_moved\",\"event\":{\"manifest_cid\":\"%s\",\"group\":1,\"column\":1,\"node_id\":\"%s\",\"cause\":\"filled\"}}"
                        .formatted(manifest, FIRST));
        assertThat(array("repair", "ls")).isEmpty();
    }

    @Test
    @Order(9)
    void everyProjectionIsListedAsItWas() {
        String manifest = array("pin", "ls").get(0).getAsJsonObject().get("cid").getAsString();
        String moved = array("pin", "ls")
                .get(0)
                .getAsJsonObject()
                .get("changed_sequence")
                .getAsString();
        String placed = array("pin", "ls")
                .get(0)
                .getAsJsonObject()
                .get("placed_sequence")
                .getAsString();
        run("hold", "add", manifest, "--name", "case-12");
        String held =
                array("hold", "ls").get(0).getAsJsonObject().get("sequence").getAsString();
        run("hold", "lift", manifest, "--name", "case-12");
        run("retention", "set", "agent:role@project:task/", "30d");
        run("tombstone", "propose", manifest, "--reason", "too old");

        assertThat(array("pin", "ls", "--as-of", "2")).isEmpty();
        assertThat(array("pin", "ls", "--as-of", placed)).hasSize(1);
        assertThat(array("repair", "ls", "--as-of", placed)).hasSize(1);
        assertThat(array("repair", "ls", "--as-of", moved)).isEmpty();
        assertThat(array("hold", "ls", "--as-of", held)).hasSize(1);
        assertThat(array("hold", "ls")).isEmpty();
        assertThat(array("retention", "ls", "--as-of", held)).isEmpty();
        assertThat(array("retention", "ls")).hasSize(1);
        assertThat(array("tombstone", "ls", "--as-of", held)).isEmpty();
        assertThat(array("tombstone", "ls", "--at", "2999-01-01T00:00:00Z")).hasSize(1);
        assertThat(directory.resolve(".beacon"))
                .as("what the past takes of the disk of each member")
                .satisfies(NodesVerbIT::hasFewFolds);
    }

    private static void hasFewFolds(Path home) {
        List<Path> folds;
        try (java.util.stream.Stream<Path> files = java.nio.file.Files.walk(home)) {
            folds = files.filter(file -> file.getParent().endsWith("projections-past"))
                    .toList();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        // Whoever led was asked.
        assertThat(folds).isNotEmpty().hasSizeLessThanOrEqualTo(2 * LocalCluster.MEMBERS);
    }

    private static String group(int... columns) {
        return "{\"data_shards\":1,\"parity_shards\":1,\"blocks\":1,\"column_bytes\":10,\"columns\":[%d,%d]}"
                .formatted(columns[0], columns[1]);
    }
}
