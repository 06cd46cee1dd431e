package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.client.BeaconClient;
import beacon.keys.Canary;
import beacon.keys.client.Channels;
import beacon.keys.client.Reader;
import beacon.keys.client.WrapsOpener;
import beacon.keys.opening.Rewrap;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.vault.SystemEntropy;
import beacon.node.artifacts.Catalogue;
import beacon.node.custody.KeyLog;
import beacon.node.process.LocalProcess;
import beacon.node.process.MemberCluster;
import beacon.proto.grpc.PeerIdentity;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
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

/** Files put to storage nodes and got back, over members, custodians and storage nodes that are processes of their own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PutGetIT {
    private static final int NODES = 9;
    private static final String CODE = "4+3";
    private static final String LARGE = "ucxl://any:any@demo:put/*^/large";
    private static final String LARGER = "ucxl://any:any@demo:put/*^/larger";
    private static final String CANARY = "ucxl://any:any@demo:put/*^/canary";
    private static final String WAITED = "ucxl://any:any@demo:put/*^/waited";
    private static final String SMALL = "ucxl://any:any@demo:put/*^/small";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long SEED = 20_261_121;

    @TempDir
    static Path directory;

    private static LogCustodians world;
    private static StorageFleet fleet;
    private static byte[] large;

    @BeforeAll
    static void start() throws Exception {
        world = new LogCustodians(directory, 3);
        fleet = new StorageFleet(directory, world.members, NODES);
        fleet.startAll();
        large = random(30 << 20);
        Files.write(directory.resolve("large"), large);
        Files.writeString(directory.resolve("small"), "a small file");
    }

    @AfterAll
    static void stop() {
        fleet.close();
        world.close();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(SEED).nextBytes(bytes);
        return bytes;
    }

    private static CommandRun must(String... arguments) {
        CommandRun run = world.run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private static JsonObject json(CommandRun run) {
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    @Test
    @Order(1)
    void withoutAKeyPutSaysWhatToRun() {
        CommandRun run = world.run("put", "small", SMALL);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("beacon: NO_KEY: ").contains("beacon key ceremony", "beacon key activate");
    }

    @Test
    @Order(2)
    void whatIsPutIsGotBackBitForBit() {
        must("key", "ceremony", "--custodian", world.endpoints(1, 2, 3), "--key", "org.key");
        must("key", "activate", "--key", "org.key");

        JsonObject put = json(must("put", "large", LARGE, "--code", CODE, "-o", "json"));
        JsonObject small = json(must("put", "small", SMALL, "-o", "json"));
        must("get", LARGE, "--out", "large.back");

        assertThat(put.get("revision").getAsLong()).isEqualTo(1);
        assertThat(put.get("bytes").getAsLong()).isEqualTo(large.length);
        assertThat(put.get("coding").getAsString()).isEqualTo(CODE);
        assertThat(put.get("shortfalls").getAsJsonArray()).isEmpty();
        assertThat(small.get("coding").getAsString()).isEqualTo("1+4");
        assertThat(directory.resolve("large.back")).hasBinaryContent(large);
        JsonObject kept = json(must("stat", LARGE, "-o", "json"));
        assertThat(kept.get("columns_whole")).isEqualTo(kept.get("columns"));
        assertThat(kept.get("codes").getAsString()).contains(CODE, "1+4");
        assertThat(kept.get("least_margin").getAsLong()).isPositive();
        assertThat(kept.get("stored_bytes").getAsLong()).isGreaterThan(large.length);
        assertThat(kept.get("key").getAsString()).hasSize(40);
        String placed = kept.get("sequence").getAsString();
        JsonObject past = json(must("stat", LARGE, "--as-of", placed, "-o", "json"));
        assertThat(past.get("as_of_sequence").getAsString()).isEqualTo(placed);
        assertThat(past.get("columns")).isEqualTo(kept.get("columns"));
        assertThat(world.run("stat", LARGE, "--at", "2020-01-01T00:00:00Z").err())
                .contains("BEFORE_BEGINNING");
        assertThat(must("get", SMALL).out()).isEqualTo("a small file");
        assertThat(fleet.get(1, "/metrics")).contains("beacon_blocks_stored", "beacon_dht_", "beacon_bitswap_");
    }

    @Test
    @Order(3)
    void aRangeIsGotAlone() {
        String range = must("get", SMALL, "--range", "2-6").out();
        must("get", LARGE, "--range", "20000000-20099999", "--out", "part");
        CommandRun beyond = world.run("get", SMALL, "--range", "12-");

        assertThat(range).isEqualTo("small");
        assertThat(directory.resolve("part"))
                .hasBinaryContent(java.util.Arrays.copyOfRange(large, 20_000_000, 20_100_000));
        assertThat(beyond.err()).startsWith("beacon: BEYOND_END: ");
    }

    @Test
    @Order(4)
    void aNameThatMovedMeanwhileIsRefusedAndNothingOfThePutShows() {
        CommandRun run = world.run("put", "large", SMALL, "--if-revision", "0");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("beacon: STALE_REVISION: ");
        assertThat(must("get", SMALL).out()).isEqualTo("a small file");
        assertThat(must("ls", "custody:header@any:any").out().lines()).hasSize(3);
        assertThat(must("ls", "steward:pin@any:any").out().lines()).hasSize(3);
    }

    @Test
    @Order(5)
    void errorsSayWhatIsWrong() {
        assertThat(world.run("put", "nowhere", SMALL).err()).startsWith("beacon: INPUT_OUTPUT: ");
        assertThat(world.run("put", "small", SMALL, "--code", "10+4").err())
                .startsWith("beacon: NOT_ENOUGH_NODES: expected at least 11 storage nodes for 10+4, but found 9");
        assertThat(world.run("put", "small", "ucxl://any:any@demo:put/~~1/x").exitCode())
                .isEqualTo(2);
        assertThat(world.run("put", "-", SMALL, "--wait", "1m").err()).contains("USAGE", "cannot be read again");
        assertThat(world.run("get", "ucxl://any:any@demo:put/*^/unknown").err())
                .startsWith("beacon: UNKNOWN_ADDRESS: ");
    }

    @Test
    @Order(6)
    void aCorruptBlockNeverReachesTheReader() throws IOException {
        int damaged = 0;
        for (int number = 1; number <= 2; number++) {
            try (Stream<Path> files = Files.walk(fleet.home(number).resolve("data/blocks"))) {
                for (Path block :
                        files.filter(file -> file.toFile().length() > 100_000).toList()) {
                    try (RandomAccessFile file = new RandomAccessFile(block.toFile(), "rw")) {
                        file.seek(file.length() / 2);
                        int before = file.read();
                        file.seek(file.length() / 2);
                        file.write(before ^ 1);
                        damaged++;
                    }
                }
            }
        }

        must("get", LARGE, "--out", "large.back");

        assertThat(damaged).isPositive();
        assertThat(directory.resolve("large.back")).hasBinaryContent(large);
    }

    @Test
    @Order(7)
    void aNodeThatIsKilledDuringAPutIsReplaced() throws IOException {
        byte[] larger = random(150 << 20);
        Files.write(directory.resolve("larger"), larger);
        long before = blocksOn(3);
        LocalProcess putting = world.background(
                "put-larger", "put", directory.resolve("larger").toString(), LARGER, "--code", CODE);
        MemberCluster.await("blocks of the put on node 3", PATIENCE, () -> blocksOn(3) >= before + 3);

        fleet.kill(3);

        assertThat(putting.await(PATIENCE)).isTrue();
        assertThat(putting.exitCode()).as(putting.logTail()).isZero();
        assertThat(putting.logTail()).contains("SHORTFALL");
        must("get", LARGER, "--out", "larger.back");
        assertThat(directory.resolve("larger.back")).hasBinaryContent(larger);
    }

    private static long blocksOn(int number) {
        try (Stream<Path> files = Files.walk(fleet.home(number).resolve("data/blocks"))) {
            return files.filter(file -> file.toFile().length() > 100_000).count();
        } catch (IOException | java.io.UncheckedIOException changing) {
            return 0;
        }
    }

    @Test
    @Order(8)
    void anyMNodesMayBeKilled() {
        fleet.kill(5);
        fleet.kill(6);
        fleet.kill(7);

        must("get", LARGER, "--out", "larger.back");

        assertThat(directory.resolve("larger.back")).hasSameBinaryContentAs(directory.resolve("larger"));
        assertThat(must("get", SMALL).out()).isEqualTo("a small file");
    }

    @Test
    @Order(9)
    void aPutWaitsForNodesThatAreExpectedBack() {
        LocalProcess putting = world.background(
                "put-waiting", "put", directory.resolve("large").toString(), WAITED, "--code", "5+3", "--wait", "3m");
        MemberCluster.await("the put to wait", PATIENCE, () -> putting.logTail().contains("waiting for storage nodes"));

        fleet.start(5);
        fleet.awaitReady(5);

        assertThat(putting.await(PATIENCE)).isTrue();
        assertThat(putting.exitCode()).as(putting.logTail()).isZero();
        must("get", WAITED, "--out", "waited.back");
        assertThat(directory.resolve("waited.back")).hasBinaryContent(large);
    }

    @Test
    @Order(10)
    void aNodeComesBackAsTheSameNodeAtAnotherAddress() {
        String before = nodes();
        List<Integer> killed = List.of(3, 6, 7);
        killed.forEach(fleet::start);
        killed.forEach(fleet::awaitReady);

        fleet.kill(1);
        fleet.kill(2);
        fleet.kill(4);
        must("get", LARGER, "--out", "larger.back");

        assertThat(directory.resolve("larger.back")).hasSameBinaryContentAs(directory.resolve("larger"));
        assertThat(nodes()).isEqualTo(before);
    }

    /** Neither in blocks nor anywhere else on the disks of storage nodes, members and custodians, nor in metrics. */
    @Test
    @Order(11)
    void noSecretShowsInWhatIsKept() throws IOException {
        String plain = "canary plaintext " + SEED + " of an artifact on storage nodes; ";
        Files.writeString(directory.resolve("canary"), plain.repeat(100_000));
        must("put", "canary", CANARY, "--code", CODE);
        LocalProcess getting = world.background(
                "get-canary",
                "get",
                CANARY,
                "--out",
                directory.resolve("canary.back").toString());
        fleet.dumpThreads();
        world.dumpThreads();
        assertThat(getting.await(PATIENCE)).isTrue();
        assertThat(getting.exitCode()).as(getting.logTail()).isZero();
        MemberCluster.await("a thread dump of node 8", PATIENCE, () -> fleet.hasDumpedThreads(8));
        List<byte[]> fileKeys = fileKeys();
        for (int number = 1; number <= 3; number++) {
            world.kill(number);
        }

        SecretScan scan = SecretScan.of(directory, world.size(), ByteString.EMPTY);
        scan.lookFor(Canary.of("plaintext", plain));
        fileKeys.forEach(key -> scan.lookFor(Canary.of("file key", key)));
        for (int number = 1; number <= NODES; number++) {
            scan.scan("metrics of node " + number, fleet.get(number, "/metrics"));
        }
        scan.scan(
                directory,
                Stream.of(
                                "passphrase",
                                "canary",
                                "canary.back",
                                "large",
                                "large.back",
                                "waited.back",
                                "larger",
                                "larger.back")
                        .map(directory::resolve)
                        .toList());
        scan.assertNothingWasFound();
        assertThat(fileKeys).hasSize(5);
        assertThat(blocksOn(8)).isPositive();
        scan.scan("a block that is not sealed", plain);
        assertThatThrownBy(scan::assertNothingWasFound).hasMessageContaining("plaintext in a block");
    }

    /** Of all artifacts. */
    private static List<byte[]> fileKeys() throws IOException {
        KeyRecord record = RecordCodec.parse(Files.readString(directory.resolve("org.key")));
        try (BeaconClient client = world.members.operator(PATIENCE);
                Channels channels = new Channels(
                        world.members.issue(PeerIdentity.Kind.OPERATOR, "scan").clientContext(), PATIENCE)) {
            KeyLog log = new KeyLog(client);
            List<WrapItem> items = log.headers("").headers().stream()
                    .map(placed -> Rewrap.of(
                                    log.header(placed.manifest()).orElseThrow().header(), record.keyId())
                            .orElseThrow()
                            .item())
                    .toList();
            WrapsOpener opener = new WrapsOpener(
                    record, Reader.ofCertificate("test"), channels, InstantSource.system(), new SystemEntropy());
            return opener.open(items).fileKeys().stream()
                    .map(key -> key.orElseThrow().copyBytes())
                    .toList();
        }
    }

    /** Ids of all nodes that ever joined, in their order. */
    private static String nodes() {
        try (BeaconClient client = world.members.operator(PATIENCE)) {
            return new Catalogue(client, PATIENCE)
                    .nodes().stream()
                            .map(node -> node.id().toString())
                            .sorted()
                            .toList()
                            .toString();
        }
    }
}
