package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.client.BeaconClient;
import beacon.keys.envelope.Header;
import beacon.model.Cid;
import beacon.node.custody.KeyLog;
import beacon.node.process.MemberCluster;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Promise 7: nothing goes before its time and without a quorum, and what is gone stays gone; all over real processes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeletionIT {
    private static final int NODES = 7;
    private static final String SCOPE = "ucxl://any:any@demo:rm/*^/";
    private static final String GONE = SCOPE + "gone";
    private static final String HELD = SCOPE + "held";
    private static final String RETAINED = SCOPE + "retained/one";
    private static final String ORPHANED = SCOPE + "orphaned";
    private static final String BACKUP = "before.bak";

    @TempDir
    static Path directory;

    private static HealingCluster cluster;
    private static long blocksBefore;
    private static String cidOfGone;
    private static String cidOfHeld;
    private static String cidOfRetained;

    @BeforeAll
    static void start() throws Exception {
        cluster = new HealingCluster(
                directory,
                NODES,
                Map.of(),
                "deletion: {poll: 500ms, sweep: 2s, grace: 20s}",
                List.of("-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        byte[] large = new byte[10 << 20];
        new Random(5).nextBytes(large);
        Files.write(directory.resolve("large"), large);
        Files.writeString(directory.resolve("small"), "a small file");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String put(String file, String name) {
        return cluster.object("put", file, name, "-o", "json").get("manifest").getAsString();
    }

    /** Files of all block stores together. */
    private static long blocks() {
        long blocks = 0;
        for (int node = 1; node <= NODES; node++) {
            Path store =
                    cluster.fleet.home(node).resolve("data").resolve("blocks").resolve("blocks");
            if (Files.isDirectory(store)) {
                try (Stream<Path> files = Files.walk(store)) {
                    blocks += files.filter(Files::isRegularFile).count();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return blocks;
    }

    private static List<JsonObject> tombstones(String... more) {
        String[] arguments = Stream.concat(Stream.of("tombstone", "ls", "-o", "json"), Stream.of(more))
                .toArray(String[]::new);
        return cluster.rows(arguments);
    }

    private static boolean isReleased(String cid) {
        return tombstones("--released").stream()
                .anyMatch(row -> row.get("cid").getAsString().equals(cid));
    }

    /** Somebody keeps a header while he may read the artifact, as a file with a payload that is none. */
    private static void keepHeader(String manifest) throws IOException {
        try (BeaconClient client = cluster.world.members.operator(Duration.ofSeconds(30))) {
            Header header =
                    new KeyLog(client).header(Cid.parse(manifest)).orElseThrow().header();
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            file.write(header.encode());
            file.write(new byte[64]);
            Files.write(directory.resolve("kept.age"), file.toByteArray());
        }
    }

    private static CommandRun openKept() {
        return cluster.world.run("open", "kept.age", "--key", "org.key", "--out", "never");
    }

    @Test
    @Order(1)
    void removingTheLastNameProposesTheDeletionUnlessTheArtifactIsHeld() throws Exception {
        cluster.must("retention", "set", SCOPE + "retained/", "1h");
        cidOfHeld = put("small", HELD);
        cidOfRetained = put("small", RETAINED);
        blocksBefore = blocks();
        cidOfGone = put("large", GONE);
        long blocksOfGone = blocks() - blocksBefore;
        cluster.must("hold", "add", HELD, "--name", "legal", "--reason", "case 12");
        cluster.must("backup", "create", BACKUP);
        keepHeader(cidOfGone);

        assertThat(openKept().err()).startsWith("beacon: NOT_OPENED: ").contains("chunk");
        JsonObject gone = cluster.object("rm", GONE, "--reason", "not needed", "-o", "json");
        JsonObject held = cluster.object("rm", HELD, "-o", "json");
        JsonObject retained = cluster.object("rm", RETAINED, "-o", "json");

        assertThat(blocksOfGone).isGreaterThan(10);
        assertThat(gone.get("tombstone").getAsString()).isEqualTo("proposed");
        assertThat(gone.get("votes_needed").getAsInt()).isEqualTo(3);
        assertThat(held.get("tombstone").getAsString()).isEqualTo("no");
        assertThat(held.get("holds").getAsInt()).isEqualTo(1);
        assertThat(retained.get("tombstone").getAsString()).isEqualTo("proposed");
        assertThat(retained.get("retained_until").isJsonNull()).isFalse();
        CommandRun get = cluster.world.run("get", HELD);
        assertThat(get.err()).contains("UNKNOWN_ADDRESS", "was removed at revision 2");
        assertThat(cluster.must("get", HELD.replace("*^", "*~1")).out()).isEqualTo("a small file");
        assertThat(cluster.must("ls", SCOPE).out()).doesNotContain("held");
    }

    @Test
    @Order(2)
    void afterTheVotesAndTheGraceTheBlocksGoAndNoOthers() {
        cluster.await("the artifact to be released", () -> isReleased(cidOfGone));
        cluster.await("its blocks to be removed", () -> blocks() == blocksBefore);

        JsonObject released = tombstones("--released").get(0);
        assertThat(released.get("votes").getAsInt()).isGreaterThanOrEqualTo(3);
        assertThat(released.get("reason").getAsString()).isEqualTo("not needed");
        assertThat(cluster.must("replay", "-o", "json").out()).contains("node_swept", "header_erased");
        JsonObject open = tombstones().get(0);
        assertThat(open.get("cid").getAsString()).isEqualTo(cidOfRetained);
        assertThat(open.get("votes").getAsInt()).isZero();
        assertThat(cluster.must("get", HELD.replace("*^", "*~1")).out()).isEqualTo("a small file");
        assertThat(cluster.must("get", RETAINED.replace("*^", "*~1")).out()).isEqualTo("a small file");
    }

    @Test
    @Order(3)
    void whatIsGoneIsNeitherPointedAtNorOpenedAgain() {
        assertThat(openKept().err())
                .startsWith("beacon: CUSTODIANS_MISSING: ")
                .contains("expected a wrap of an artifact that is there, but found one that was deleted");
        CommandRun point = cluster.world.run("append", SCOPE + "again", cidOfGone);
        CommandRun get = cluster.world.run("get", GONE.replace("*^", "*~1"));

        assertThat(point.err()).startsWith("beacon: TOMBSTONE_FORBIDS: ");
        assertThat(get.exitCode()).isEqualTo(1);
        assertThat(get.err()).startsWith("beacon: NOT_PINNED: ");
        assertThat(cluster.must("pin", "ls").out()).doesNotContain(cidOfGone).contains(cidOfHeld);
    }

    @Test
    @Order(4)
    void aDeletionIsWithdrawnAndTheArtifactNamedAgain() {
        cluster.must("tombstone", "withdraw", cidOfRetained, "--reason", "needed after all");
        cluster.must("append", RETAINED, cidOfRetained);

        assertThat(tombstones()).isEmpty();
        assertThat(cluster.must("get", RETAINED).out()).isEqualTo("a small file");
    }

    @Test
    @Order(5)
    void blocksOfAPutThatFailedAreRemovedAfterTheGrace() {
        long before = blocks();
        CommandRun late = cluster.world.run("put", "large", ORPHANED, "--if-revision", "9");
        long orphans = blocks() - before;

        assertThat(late.err()).contains("STALE_REVISION");
        assertThat(orphans).isGreaterThan(10);
        cluster.await("the orphans to be removed", () -> blocks() == before);
        assertThat(cluster.must("get", RETAINED).out()).isEqualTo("a small file");
    }

    @Test
    @Order(6)
    void aHoldThatIsLiftedLetsTheArtifactGo() {
        CommandRun early = cluster.world.run("tombstone", "propose", cidOfHeld, "--reason", "over");
        assertThat(early.err()).startsWith("beacon: TOMBSTONE_FORBIDS: ").contains("legal");

        cluster.must("hold", "lift", cidOfHeld, "--name", "legal");
        cluster.must("tombstone", "propose", cidOfHeld, "--reason", "over");

        cluster.await("the artifact to be released", () -> isReleased(cidOfHeld));
        assertThat(JsonParser.parseString(
                                cluster.must("hold", "ls", "-o", "json").out())
                        .getAsJsonArray())
                .isEmpty();
    }

    /** The backup has the artifact with its name; the nodes remember that it was released. */
    @Test
    @Order(7)
    void whatABackupStillHasIsDeletedAgain() {
        MemberCluster members = cluster.world.members;
        members.ids().forEach(members::stop);
        for (String member : members.ids()) {
            members.wipe(member);
            cluster.must(
                    "backup",
                    "restore",
                    BACKUP,
                    "--config",
                    members.config(member).toString());
        }
        members.ids().forEach(members::start);
        members.ids().forEach(members::awaitReady);

        cluster.await("the artifact to be released again", () -> isReleased(cidOfGone));

        JsonObject released = tombstones("--released").stream()
                .filter(row -> row.get("cid").getAsString().equals(cidOfGone))
                .findFirst()
                .orElseThrow();
        assertThat(released.get("votes").getAsInt()).isGreaterThanOrEqualTo(3);
        assertThat(cluster.must("pin", "ls").out()).doesNotContain(cidOfGone);
        CommandRun get = cluster.world.run("get", GONE);
        assertThat(get.exitCode()).isEqualTo(1);
        assertThat(get.err()).startsWith("beacon: NOT_PINNED: ");
        CommandRun point = cluster.world.run("append", SCOPE + "again", cidOfGone);
        assertThat(point.err()).startsWith("beacon: TOMBSTONE_FORBIDS: ");
    }
}
