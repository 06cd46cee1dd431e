package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.process.LocalProcess;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job, as users see it, over 3 members, 14 storage nodes and 3 custodians that are processes of their own: files
 * are put, as much is killed as the promises allow, and every file comes back bit for bit (promises 4 and 5). The log tells
 * what was lost and how it was healed, and the objectives fail for as long as something is missing.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WalkthroughIT {
    private static final int NODES = 14;
    private static final List<Integer> VICTIMS = List.of(2, 5, 9, 13);
    private static final List<Integer> OTHERS = List.of(1, 4, 8, 14);
    private static final int WIPED = 5;
    private static final int DEAD_CUSTODIAN = 2;
    private static final String LARGE = "ucxl://any:any@demo:walk/*^/large";
    private static final String SMALL = "ucxl://any:any@demo:walk/*^/small";
    private static final String STREAMED = "ucxl://any:any@demo:walk/*^/streamed";
    private static final String MEANWHILE = "ucxl://any:any@demo:walk/*^/meanwhile";
    private static final String TEXT = "a small file, kept as copies";

    @TempDir
    static Path directory;

    private static HealingCluster cluster;
    private static final byte[] LARGE_BYTES = new byte[40 << 20];
    private static final byte[] STREAMED_BYTES = new byte[(3 << 20) + 7];
    private static String leader;

    @BeforeAll
    static void start() throws IOException {
        Random random = new Random(2_026);
        random.nextBytes(LARGE_BYTES);
        random.nextBytes(STREAMED_BYTES);
        Files.write(directory.resolve("large"), LARGE_BYTES);
        Files.writeString(directory.resolve("small"), TEXT);
        cluster = new HealingCluster(directory, NODES);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    @Order(1)
    void whatIsPutComesBackBitForBitAndAllObjectivesAreMet() {
        JsonObject large = cluster.object("put", "large", LARGE, "-o", "json");
        JsonObject small = cluster.object("put", "small", SMALL, "-o", "json");
        CommandRun streamed = cluster.world.run(STREAMED_BYTES, "put", "-", STREAMED, "-o", "json");

        assertThat(large.get("coding").getAsString()).isEqualTo("10+4");
        assertThat(large.getAsJsonArray("shortfalls")).isEmpty();
        assertThat(small.get("coding").getAsString()).isEqualTo("1+4");
        assertThat(streamed.exitCode()).as(streamed.err()).isZero();
        assertEverythingComesBack();
        cluster.awaitAllObjectives();
        // Every node has a column of it.
        assertThat(stat(LARGE).get("nodes").getAsInt()).isEqualTo(NODES);
    }

    @Test
    @Order(2)
    void withFourNodesAMemberAndACustodianKilledEveryFileComesBackAndTheObjectivesFail() throws IOException {
        leader = cluster.world.members.awaitLeader(cluster.world.members.ids());

        VICTIMS.forEach(cluster.fleet::kill);
        cluster.world.members.kill(leader);
        cluster.world.kill(DEAD_CUSTODIAN);
        cluster.world.members.awaitLeader(cluster.world.members.ids().stream()
                .filter(id -> !id.equals(leader))
                .toList());

        assertEverythingComesBack();
        assertThat(cluster.failedObjectives()).contains("members", "custodians");
        Files.writeString(directory.resolve("meanwhile"), "put while much is dead");
        cluster.must("put", "meanwhile", MEANWHILE);
        cluster.await("the losses to be seen", () -> cluster.nodesThatAre("down") == VICTIMS.size());
        // Ten nodes are left for fourteen columns: nothing more may be lost, and the objectives say so.
        cluster.await("copies to be made again", () -> cluster.endangered() == 2);
        assertThat(stat(LARGE).get("least_margin").getAsLong()).isZero();
        assertThat(cluster.failedObjectives()).containsExactly("custodians", "members", "whole");
    }

    @Test
    @Order(3)
    void whenTheyAreBackAllIsHealedAndTheHistoryTellsIt() throws IOException {
        wipe(WIPED);
        cluster.world.members.start(leader);
        cluster.world.start(DEAD_CUSTODIAN);
        VICTIMS.forEach(cluster.fleet::start);
        cluster.world.members.awaitReady(leader);
        cluster.world.awaitServing(DEAD_CUSTODIAN);
        VICTIMS.forEach(cluster.fleet::awaitReady);

        String wiped = cluster.node(WIPED).get("node").getAsString();
        cluster.await("what the wiped disk lost to be made again", () -> healed(LARGE, wiped));
        cluster.await("the same of the other file", () -> healed(STREAMED, wiped));
        cluster.awaitAllObjectives();

        assertThat(cluster.nodesThatAre("down")).isZero();
        assertThat(cluster.object("stat", LARGE, "-o", "json")
                        .get("least_margin")
                        .getAsLong())
                .isEqualTo(4);
        assertThat(types("replay", "-o", "json", "--type", "node_went_down"))
                .hasSizeGreaterThanOrEqualTo(VICTIMS.size());
        // Whoever was started again says where it is now: it joins once more, as the same node.
        assertThat(types("replay", "-o", "json", "--type", "node_joined"))
                .hasSizeGreaterThanOrEqualTo(NODES + VICTIMS.size());
        assertThat(cluster.rows("nodes", "ls", "-o", "json")).hasSize(NODES);
        assertThat(types("history", pin(LARGE), "-o", "json"))
                .startsWith("pin_placed")
                .containsSubsequence("shard_faulted", "shard_moved", "decision_recorded");
        assertThat(cluster.must("history", pin(LARGE)).out())
                .contains("author=steward", "steward.repaired", "columns_needed");
    }

    /** Any other four: what was made again is as good as what was lost. */
    @Test
    @Order(4)
    void afterTheHealAnyOtherFourNodesMayBeKilled() throws IOException {
        OTHERS.forEach(cluster.fleet::kill);

        assertEverythingComesBack();
        assertThat(cluster.must("get", MEANWHILE).out()).isEqualTo("put while much is dead");
    }

    /** Whole, in part, and what came through a pipe; the large one by a process of its own. */
    private static void assertEverythingComesBack() {
        Path back = directory.resolve("large.back");
        LocalProcess getting = cluster.world.background("get-large", "get", LARGE, "--out", back.toString());
        assertThat(getting.await(HealingCluster.PATIENCE)).isTrue();
        assertThat(getting.exitCode()).as(getting.logTail()).isZero();
        assertThat(back).hasBinaryContent(LARGE_BYTES);
        cluster.must("get", LARGE, "--range", "20000000-20099999", "--out", "part");
        assertThat(directory.resolve("part")).hasBinaryContent(Arrays.copyOfRange(LARGE_BYTES, 20_000_000, 20_100_000));
        assertThat(cluster.must("get", SMALL).out()).isEqualTo(TEXT);
        cluster.must("get", STREAMED, "--out", "streamed.back");
        assertThat(directory.resolve("streamed.back")).hasBinaryContent(STREAMED_BYTES);
    }

    private static JsonObject stat(String name) {
        return cluster.object("stat", name, "-o", "json");
    }

    /** Address of the pin of what a name points at: its history is that of the shards. */
    private static String pin(String name) {
        return "ucxl://steward:pin@any:any/*^/" + stat(name).get("cid").getAsString();
    }

    /** Types of events, the oldest first. */
    private static List<String> types(String... arguments) {
        return sorted(cluster.events(arguments)).stream()
                .map(event -> event.get("type").getAsString())
                .toList();
    }

    private static List<JsonObject> sorted(List<JsonObject> events) {
        List<JsonObject> sorted = new ArrayList<>(events);
        sorted.sort((a, b) ->
                Long.compare(a.get("sequence").getAsLong(), b.get("sequence").getAsLong()));
        return sorted;
    }

    /** Whether a column of coded data that a node did not have any more was made again on it. */
    private static boolean healed(String name, String node) {
        boolean faulted = false;
        for (JsonObject each : sorted(cluster.events("history", pin(name), "-o", "json"))) {
            JsonObject event = each.getAsJsonObject("event");
            String type = each.get("type").getAsString();
            if (!event.has("node_id")
                    || !event.get("node_id").getAsString().equals(node)
                    || event.get("group").getAsInt() != 1) {
                continue;
            }
            faulted |= type.equals("shard_faulted");
            if (faulted && type.equals("shard_moved")) {
                return true;
            }
        }
        return false;
    }

    /** All blocks of a node that does not run. */
    private static void wipe(int number) throws IOException {
        try (Stream<Path> files = Files.walk(cluster.fleet.home(number).resolve("data/blocks"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }
}
