package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.tls.TlsFiles;
import beacon.node.ca.CertificateAuthority;
import beacon.node.ca.CertificateRequest;
import beacon.node.daemon.LocalCluster;
import beacon.proto.grpc.PeerIdentity;
import beacon.proto.grpc.PeerIdentity.Kind;
import beacon.proto.v1.RecordedEvent;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The commands of a user's first hour, against three members with TLS, in the order in which the user meets them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CliAgainstClusterIT {
    private static final int FIRST_PORT = 23_000;
    private static final String CID = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
    private static final String ADDRESS = "ucxl://any:any@demo:start/*^/x";
    private static final String PAYLOAD = "We begin, and this text is in the journal once.";
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static LocalCluster cluster;

    @BeforeAll
    static void up() {
        cluster = started();
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @Test
    @Order(1)
    void recordsADecisionUnderTheNameInTheCertificate() {
        CommandRun run = run("dr", "add", "ucxl://any:any@demo:start/*^/hello", "--id", "first", PAYLOAD, "-o", "json");

        assertThat(run.err()).isEmpty();
        assertThat(json(run).get("sequence").getAsLong()).isEqualTo(1);
        assertThat(run("replay").out())
                .contains("operator/local", "decision_recorded", "author=operator/local", "payload=" + PAYLOAD);
    }

    @Test
    @Order(2)
    void refusesAStaleRevisionWithAdviceAndExitCodeOne() {
        assertThat(run("append", ADDRESS, CID, "--expect-revision", "0").exitCode())
                .isZero();

        CommandRun second = run("append", ADDRESS, CID, "--expect-revision", "0");

        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.out()).isEmpty();
        assertThat(second.err().lines())
                .singleElement()
                .asString()
                .startsWith("beacon: STALE_REVISION: ")
                .endsWith("(read again and retry with --expect-revision 1)");
    }

    @Test
    @Order(3)
    void answersTheSameRequestIdWithTheSameSequence() {
        String id = "00112233445566778899aabbccddeeff";
        CommandRun first = run("append", ADDRESS, CID, "--request-id", id, "-o", "json");

        CommandRun again = run("append", ADDRESS, CID, "--request-id", id, "-o", "json");
        CommandRun other = run("append", "ucxl://any:any@demo:start/*^/y", CID, "--request-id", id);

        assertThat(again.out()).isEqualTo(first.out());
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.err()).contains("REQUEST_ID_REUSED");
    }

    @Test
    @Order(4)
    void readsWhatWasWritten() {
        JsonObject now = json(run("resolve", ADDRESS, "-o", "json"));
        JsonObject then = json(run("resolve", ADDRESS, "--as-of", "2", "-o", "json"));

        assertThat(now.get("cid").getAsString()).isEqualTo(CID);
        assertThat(now.get("revision").getAsLong()).isEqualTo(2);
        assertThat(now.getAsJsonObject("read").get("linearizable").getAsBoolean())
                .isTrue();
        assertThat(then.get("revision").getAsLong()).isEqualTo(1);
        assertThat(json(run("resolve", ADDRESS, "--at", "2999-01-01T00:00:00Z", "-o", "json"))
                        .get("revision"))
                .isEqualTo(now.get("revision"));
        assertThat(run("resolve", ADDRESS, "--at", "2020-01-01T00:00:00Z").err())
                .startsWith("beacon: BEFORE_BEGINNING: ");
        assertThat(run("ls", "any:any@demo").out().lines()).hasSize(2);
        assertThat(run("ls", "any:any@demo", "--at", "2999-01-01T00:00:00Z").out())
                .isEqualTo(run("ls", "any:any@demo").out());
        assertThat(run("search", "any:any@demo", "--as-of", "0").err()).startsWith("beacon: BEFORE_BEGINNING: ");
        assertThat(run("history", ADDRESS).out().lines()).hasSize(2);
        CommandRun unknown = run("resolve", "ucxl://any:any@demo:start/*^/nope");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("UNKNOWN_ADDRESS");
    }

    @Test
    @Order(5)
    void appendsJsonLinesAndSaysWhichWereRefused() {
        String good = "{\"type\":\"pointer_set\",\"event\":{\"address\":\"ucxl://any:any@demo:bulk/*^/%d\",\"cid\":\""
                + CID + "\"}}\n";
        String lines =
                good.formatted(1) + "{\"type\":\"decision_recorded\",\"event\":{\"id\":\"?\"}}\n" + good.formatted(2);

        CommandRun run = CommandRun.of(directory, lines, new String[] {"append", "--events", "-"});

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out().lines().toList())
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("line 1  accepted"),
                        second -> assertThat(second).startsWith("line 2  refused"),
                        third -> assertThat(third).startsWith("line 3  accepted"));
        assertThat(run.err()).contains("2 accepted, 1 refused");
    }

    @Test
    @Order(6)
    void watchesFromASequenceOn() {
        CommandRun run = run("watch", "--from", "2", "--count", "2", "--type", "pointer_set", "-o", "json");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()))
                .extracting(event -> event.get("sequence").getAsLong())
                .containsExactly(2L, 3L);
    }

    @Test
    @Order(7)
    void refusesARangeThatDoesNotExist() {
        CommandRun run = run("replay", "--from", "99");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("BEYOND_END");
    }

    @Test
    @Order(8)
    void showsEveryMember() {
        CommandRun table = run("status");
        JsonObject status = json(run("status", "-o", "json"));

        assertThat(table.out().lines()).hasSize(2 + LocalCluster.MEMBERS);
        assertThat(status.getAsJsonArray("members")).hasSize(LocalCluster.MEMBERS);
        assertThat(status.get("leader").getAsString()).matches("m[123]");
        assertThat(run("member", "ls").out().lines()).hasSize(1 + LocalCluster.MEMBERS);
    }

    @Test
    @Order(9)
    void provesThatHistoryOnlyGrew() throws Exception {
        CommandRun checkpoint = run("audit", "checkpoint");
        Files.writeString(directory.resolve("old.checkpoint"), checkpoint.out());
        assertThat(run("append", ADDRESS, CID).exitCode()).isZero();

        CommandRun proof = run("audit", "prove", "1", "-o", "json");
        CommandRun consistency = run("audit", "consistency", "old.checkpoint", "-o", "json");

        assertThat(json(proof).get("verified").getAsBoolean()).isTrue();
        assertThat(json(consistency).get("verified").getAsBoolean()).isTrue();
        assertThat(json(consistency).get("new_size").getAsLong())
                .isGreaterThan(json(consistency).get("old_size").getAsLong());
    }

    @Test
    @Order(9)
    void checksASavedProofWithoutACluster() throws Exception {
        String proof = run("audit", "prove", "1", "-o", "json").out();
        Files.writeString(directory.resolve("event.proof"), proof);
        Files.writeString(directory.resolve("moved.proof"), json(proof, "record", otherSequence(proof)));
        Files.writeString(directory.resolve("torn.proof"), proof.substring(0, proof.length() / 2));

        CommandRun intact = run("--endpoint", "127.0.0.1:1", "audit", "verify", "--proof", "event.proof", "-o", "json");
        CommandRun moved = run("audit", "verify", "--proof", "moved.proof");
        CommandRun torn = run("audit", "verify", "--proof", "torn.proof");

        assertThat(intact.out()).isEqualTo(proof);
        assertThat(moved.exitCode()).isEqualTo(1);
        assertThat(moved.err()).startsWith("beacon: NOT_PROVEN: ");
        assertThat(torn.err()).startsWith("beacon: INPUT_OUTPUT: ").contains("beacon audit prove");
        assertThat(run("audit", "verify").exitCode()).isEqualTo(2);
    }

    private static String json(String object, String field, String value) {
        JsonObject changed = JsonParser.parseString(object).getAsJsonObject();
        changed.addProperty(field, value);
        return changed.toString();
    }

    private static String otherSequence(String proof) throws Exception {
        byte[] record = Base64.getDecoder()
                .decode(JsonParser.parseString(proof)
                        .getAsJsonObject()
                        .get("record")
                        .getAsString());
        return Base64.getEncoder()
                .encodeToString(RecordedEvent.parseFrom(record).toBuilder()
                        .setSequence(2)
                        .build()
                        .toByteArray());
    }

    @Test
    @Order(10)
    void doesNotBelieveACheckpointByAnotherKey(@TempDir Path other) {
        CertificateAuthority.create(other, "beacon", "Other", InstantSource.system());

        CommandRun run = run(
                "audit", "checkpoint", "--vkey", other.resolve("log-key.vkey").toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("beacon: NOT_PROVEN: ");
    }

    @Test
    @Order(11)
    void backsUpOnlineAndVerifiesOffline() {
        CommandRun created = run("backup", "create", "index.bak", "-o", "json");
        CommandRun verified = run("backup", "verify", "index.bak", "-o", "json");

        assertThat(created.exitCode()).isZero();
        assertThat(verified.out()).isEqualTo(created.out());
        assertThat(run("backup", "create", "index.bak").err()).contains("left as it was");
    }

    @Test
    @Order(12)
    void keepsMembershipAndBackupsForOperators() {
        Path tls = directory.resolve("alice");
        CertificateAuthority.open(directory.resolve(".beacon/ca"), InstantSource.system())
                .issue(
                        tls,
                        new CertificateRequest(
                                new PeerIdentity("beacon", Kind.CLIENT, "alice"), List.of(), Duration.ofDays(1)));
        assertThat(TlsFiles.in(tls).key()).exists();

        CommandRun reads = run("--tls-dir", "alice", "status");
        CommandRun changes = run("--tls-dir", "alice", "member", "remove", "m1");
        CommandRun backups = run("--tls-dir", "alice", "backup", "create", "alice.bak");

        assertThat(reads.exitCode()).isZero();
        assertThat(changes.err()).startsWith("beacon: PERMISSION_DENIED: ");
        assertThat(backups.err()).startsWith("beacon: PERMISSION_DENIED: ");
        assertThat(directory.resolve("alice.bak")).doesNotExist();
    }

    @Test
    @Order(13)
    void answersToolsOverHttp() throws Exception {
        String base = "http://" + cluster.http(cluster.members().get(0));

        assertThat(get(base + "/livez").statusCode()).isEqualTo(200);
        assertThat(get(base + "/readyz?verbose").body())
                .contains("[+] leader-known: m")
                .endsWith("ready\n");
        assertThat(get(base + "/metrics").body())
                .contains(
                        "beacon_append_latency_seconds_bucket",
                        "beacon_apply_lag_entries",
                        "beacon_journal_bytes",
                        "beacon_fsync_seconds_count");
        assertThat(get(base + "/metricsandmore").statusCode()).isEqualTo(404);
    }

    @Test
    @Order(14)
    void saysInOneLineThatNobodyAnswers() {
        CommandRun run = run("--endpoint", "127.0.0.1:1", "--timeout", "2", "status");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    @Order(15)
    void continuesAfterAStopWhereItEnded() {
        String before = run("replay", "-o", "json").out();
        cluster.close();
        cluster = started();

        CommandRun after = run("replay", "-o", "json");

        assertThat(after.out()).isEqualTo(before);
        assertThat(run("append", ADDRESS, CID).exitCode()).isZero();
    }

    @Test
    @Order(16)
    void namesTheSequenceOfAByteThatSomebodyFlipped() throws Exception {
        Files.writeString(
                directory.resolve("last.checkpoint"), run("audit", "checkpoint").out());
        awaitAllMembersAt(
                Files.readAllLines(directory.resolve("last.checkpoint")).get(1));
        cluster.close();
        String[] verify = {"audit", "verify", ".beacon/m1/data", "--checkpoint", "last.checkpoint", "-o", "json"};
        CommandRun intact = CommandRun.of(directory, verify);
        assertThat(intact.exitCode()).as(intact.err()).isZero();
        assertThat(json(intact).get("verified").getAsBoolean()).isTrue();

        flipInJournal(PAYLOAD.getBytes(StandardCharsets.UTF_8));
        CommandRun damaged = CommandRun.of(directory, verify);

        assertThat(damaged.exitCode()).isEqualTo(1);
        assertThat(damaged.err()).contains("HISTORY_DAMAGED", "sequence 1 is bad");
    }

    /** A follower may be a moment behind the leader that made the checkpoint. */
    private static void awaitAllMembersAt(String sequence) {
        String field = "\"last_sequence\":" + sequence;
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (run("status", "-o", "json").out().split(field, -1).length <= LocalCluster.MEMBERS) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected all members at sequence " + sequence + " within " + DEADLINE);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static LocalCluster started() {
        LocalCluster local = LocalCluster.prepare(directory.resolve(".beacon"), FIRST_PORT, InstantSource.system());
        local.start("test", InstantSource.system());
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        Optional<String> leader = local.leader();
        while (leader.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected a leader within " + DEADLINE + ", but found none");
            }
            LockSupport.parkNanos(10_000_000);
            leader = local.leader();
        }
        return local;
    }

    private static void flipInJournal(byte[] needle) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve(".beacon/m1/data/journal"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] content = Files.readAllBytes(file);
                int at = indexOf(content, needle);
                if (at >= 0) {
                    content[at] ^= 1;
                    Files.write(file, content);
                    return;
                }
            }
        }
        throw new AssertionError("expected the payload in a file of the journal, but found none");
    }

    private static int indexOf(byte[] content, byte[] needle) {
        String haystack = new String(content, StandardCharsets.ISO_8859_1);
        return haystack.indexOf(new String(needle, StandardCharsets.ISO_8859_1));
    }

    private static HttpResponse<String> get(String uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static CommandRun run(String... arguments) {
        return CommandRun.of(directory, arguments);
    }

    private static JsonObject json(CommandRun run) {
        assertThat(run.err()).isEmpty();
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }
}
