package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.process.JavaCommand;
import beacon.node.process.LocalProcess;
import beacon.node.process.MemberCluster;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Puts that are cut off and continued, and directories, over a cluster in a process of its own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContinuedPutIT {
    private static final String NODES = "6";
    private static final String FIRST_PORT = "23400";
    private static final String CODE = "3+2";
    private static final String LARGE = "ucxl://any:any@demo:put/*^/large";
    private static final String CHANGED = "ucxl://any:any@demo:put/*^/changed";
    private static final String TREE = "ucxl://any:any@demo:put/*^/tree";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long SEED = 20_261_121;

    @TempDir
    static Path directory;

    private static LocalProcess cluster;
    private static byte[] large;

    @BeforeAll
    static void start() throws Exception {
        Path log = directory.resolve("up.log");
        cluster = LocalProcess.start(
                "up",
                command(
                        List.of("-Xmx1g", "-XX:+UseSerialGC"),
                        "up",
                        "--storage",
                        NODES,
                        "--port",
                        FIRST_PORT,
                        "-o",
                        "json"),
                log);
        large = new byte[64 << 20];
        new Random(SEED).nextBytes(large);
        Files.write(directory.resolve("large"), large);
        MemberCluster.await("the cluster to be up", PATIENCE, () -> {
            assertThat(cluster.isAlive()).as(cluster.logTail()).isTrue();
            return cluster.logTail().contains("\"leader\":");
        });
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** In a process of its own, in the directory of the home. */
    private static ProcessBuilder command(List<String> flags, String... arguments) {
        return JavaCommand.of(BeaconCli.class, flags, List.of(arguments)).directory(directory.toFile());
    }

    private static CommandRun run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int exitCode = new BeaconCli(console, Map.of(), directory, InstantSource.system()).run(arguments);
        return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static CommandRun must(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private static JsonObject json(CommandRun run) {
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    private static Path states() {
        return directory.resolve(".beacon/client/puts");
    }

    /** Which file on the disk each block is: one that is written again is another one. */
    private static Map<Path, Object> blocks() {
        Map<Path, Object> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory.resolve(".beacon"))) {
            for (Path file : files.filter(each -> each.toString().contains("/blocks/"))
                    .filter(each -> each.toFile().length() > 100_000)
                    .toList()) {
                all.put(file, Files.getAttribute(file, "unix:ino"));
            }
        } catch (IOException | UncheckedIOException changing) {
            // Asked again by whoever waits.
        }
        return all;
    }

    private static Map<Path, Object> cutOff(String file, String address, int blocks) {
        int before = blocks().size();
        LocalProcess putting = LocalProcess.start(
                "put",
                command(List.of("-Xmx256m"), "put", file, address, "--code", CODE),
                directory.resolve("put-" + file + ".log"));
        MemberCluster.await("blocks of the put", PATIENCE, () -> {
            assertThat(putting.isAlive()).as(putting.logTail()).isTrue();
            return blocks().size() >= before + blocks;
        });
        putting.kill();
        assertThat(run("stat", address).err()).startsWith("beacon: UNKNOWN_ADDRESS");
        return blocks();
    }

    @Test
    @Order(1)
    void aPutThatIsKilledGoesOnWhereItWas() throws IOException {
        Map<Path, Object> before = cutOff("large", LARGE, 20);
        try (Stream<Path> kept = Files.list(states())) {
            assertThat(kept)
                    .singleElement()
                    .satisfies(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }

        CommandRun run = must("put", "large", LARGE, "--code", CODE, "-o", "json");

        JsonObject put = json(run);
        assertThat(run.err()).contains("going on");
        assertThat(put.get("resumed_bytes").getAsLong()).isGreaterThan(5L << 20);
        assertThat(put.get("revision").getAsLong()).isEqualTo(1);
        assertThat(put.get("shortfalls").getAsJsonArray()).isEmpty();
        // Whatever was there is there as it was, and nothing came twice.
        assertThat(blocks()).containsAllEntriesOf(before);
        long stripes = (put.get("sealed_bytes").getAsLong() + 3 * 1_048_832 - 1) / (3 * 1_048_832);
        assertThat(blocks()).hasSize((int) stripes * 5);
        assertThat(states()).isEmptyDirectory();
        must("get", LARGE, "--out", "large.back");
        assertThat(directory.resolve("large.back")).hasBinaryContent(large);
    }

    @Test
    @Order(2)
    void aSourceThatChangedSinceIsPutAnew() throws IOException {
        Files.write(directory.resolve("changed"), large);
        cutOff("changed", CHANGED, 20);
        try (FileChannel file = FileChannel.open(directory.resolve("changed"), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {42, 42}), 5_000_000);
        }

        CommandRun run = must("put", "changed", CHANGED, "--code", CODE, "-o", "json");

        assertThat(run.err()).contains("SOURCE_CHANGED");
        assertThat(json(run).get("resumed_bytes").getAsLong()).isZero();
        byte[] expected = large.clone();
        Arrays.fill(expected, 5_000_000, 5_000_002, (byte) 42);
        must("get", CHANGED, "--out", "changed.back");
        assertThat(directory.resolve("changed.back")).hasBinaryContent(expected);
        assertThat(states()).isEmptyDirectory();
    }

    @Test
    @Order(3)
    void aNameThatMovedMeanwhileIsNamedWithBothRevisionsAndNothingIsLost() throws IOException {
        Files.writeString(directory.resolve("other"), "by another");
        must("put", "other", CHANGED);
        CommandRun refused = run("put", "large", CHANGED, "--if-revision", "1", "--code", CODE);

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .contains("STALE_REVISION")
                .contains("at revision 1, but found revision 2")
                .contains("--if-revision 2")
                .contains("the same command goes on");
        assertThat(must("get", CHANGED).out()).isEqualTo("by another");
        int before = blocks().size();
        JsonObject put = json(must("put", "large", CHANGED, "--if-revision", "2", "--code", CODE, "-o", "json"));
        assertThat(put.get("revision").getAsLong()).isEqualTo(3);
        assertThat(put.get("resumed_bytes").getAsLong()).isGreaterThan(large.length);
        assertThat(blocks()).hasSize(before);
    }

    @Test
    @Order(4)
    void aDirectoryIsPutAndGotBackWithModesTimesAndLinks() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        Random random = new Random(SEED);
        for (int i = 0; i < 2_000; i++) {
            Path folder = Files.createDirectories(tree.resolve("d" + i % 40));
            byte[] bytes = new byte[random.nextInt(4_000)];
            random.nextBytes(bytes);
            Files.write(folder.resolve("f" + i), bytes);
        }
        Files.createDirectories(tree.resolve("target/deep"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("d1/f1"));
        Files.setPosixFilePermissions(tree.resolve("d1/f1"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setLastModifiedTime(tree.resolve("d2"), FileTime.from(Instant.ofEpochSecond(1_000_000_000)));

        JsonObject put = json(must("put", "tree", TREE, "--exclude", "target", "-o", "json"));
        CommandRun got = must("get", TREE, "--out", "tree.back");
        must("get", TREE, "--archive", "--out", "tree.tar");

        assertThat(put.get("files").getAsLong()).isEqualTo(2_000);
        assertThat(put.get("directories").getAsLong()).isEqualTo(41);
        assertThat(put.get("links").getAsLong()).isEqualTo(1);
        assertThat(got.err()).contains("2000 files, 41 directories and 1 links");
        Path back = directory.resolve("tree.back");
        for (int i = 0; i < 2_000; i++) {
            String name = "d" + i % 40 + "/f" + i;
            assertThat(back.resolve(name)).hasSameBinaryContentAs(tree.resolve(name));
        }
        assertThat(back.resolve("target")).doesNotExist();
        assertThat(Files.readSymbolicLink(back.resolve("link"))).isEqualTo(Path.of("d1/f1"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(back.resolve("d1/f1"))))
                .isEqualTo("rwxr-x--x");
        assertThat(Files.getLastModifiedTime(back.resolve("d2")).toInstant())
                .isEqualTo(Instant.ofEpochSecond(1_000_000_000));
        assertThat(Files.size(directory.resolve("tree.tar"))).isGreaterThan(2_000L * 1_024);
        CommandRun again = run("get", TREE, "--out", "tree.back");
        assertThat(again.err()).startsWith("beacon: OUTPUT_EXISTS: ");
        assertThat(directory.resolve(".tree.back.part")).doesNotExist();
    }

    @Test
    @Order(5)
    void whatIsFoundByPatternIsShownAPageAtATime() {
        JsonArray all = JsonParser.parseString(
                        must("search", "any:any@demo:put", "-o", "json").out())
                .getAsJsonArray();
        CommandRun first = must("search", "any:any@d*/*", "--limit", "2", "-o", "json");
        CommandRun rest = must("search", "any:any@d*/*", "--after", LARGE, "-o", "json");

        assertThat(all).hasSize(3);
        assertThat(all.get(0).getAsJsonObject().get("address").getAsString()).isEqualTo(CHANGED);
        assertThat(JsonParser.parseString(first.out()).getAsJsonArray()).hasSize(2);
        assertThat(first.err()).contains("--after '" + LARGE + "'");
        assertThat(JsonParser.parseString(rest.out()).getAsJsonArray()).hasSize(1);
        assertThat(must("search", "*:*/l*").out().lines()).hasSize(2);
        assertThat(must("search").out()).doesNotContain("steward:pin");
        assertThat(must("search", "steward").out()).contains("steward:pin");
        assertThat(run("search", "no pattern").exitCode()).isEqualTo(2);
    }

    @Test
    @Order(6)
    void whatCannotBePutSaysWhy() throws IOException {
        Files.createDirectories(directory.resolve("bad"));
        Files.createSymbolicLink(directory.resolve("bad/out"), Path.of("/etc/passwd"));

        assertThat(run("put", "bad", TREE).err()).startsWith("beacon: UNSAFE_PATH: expected a link that stays inside");
        assertThat(run("put", "nowhere", TREE).err())
                .startsWith("beacon: INPUT_OUTPUT: ")
                .contains("found none");
        CommandRun unknown = run("put", "other", TREE, "-r", "age1nobody");
        assertThat(unknown.exitCode()).isNotZero();
        assertThat(run("search", "unknown").out().lines()).hasSize(1);
    }
}
