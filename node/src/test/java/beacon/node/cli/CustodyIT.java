package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.AgeTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The organisation's key with custodians in processes of their own, and the stock age tool beside them. */
class CustodyIT {
    @TempDir
    static Path directory;

    private static CustodianCluster custodians;
    private static String recipient;
    private static final byte[] PLAIN = new byte[200_000];

    @BeforeAll
    static void setUp() throws IOException {
        new Random(7).nextBytes(PLAIN);
        Files.write(directory.resolve("plain"), PLAIN);
        custodians = new CustodianCluster(directory, 3);
        for (String kind : new String[] {"internal", "drop-box"}) {
            String[] arguments = {
                "key", "ceremony", "--custodian", custodians.endpoints(1, 2, 3), "--key", kind + ".key", "--drop-box"
            };
            CommandRun made = custodians.operator(
                    kind.equals("drop-box") ? arguments : java.util.Arrays.copyOf(arguments, arguments.length - 1));
            assertThat(made.exitCode()).as(made.err()).isZero();
        }
        recipient = custodians
                .run("key", "export-recipient", "--key", "drop-box.key")
                .out()
                .strip();
    }

    @AfterAll
    static void tearDown() {
        custodians.close();
    }

    @BeforeEach
    void allServe() {
        for (int number = 1; number <= 3; number++) {
            if (custodians.process(number) == null) {
                custodians.start(number);
                custodians.awaitServing(number);
            }
        }
    }

    @Test
    void everyPairOfCustodiansOpensWhatStockAgeEncrypted() throws Exception {
        AgeTool.expectInstalled();
        Files.write(directory.resolve("stock.age"), AgeTool.run(PLAIN, "-r", recipient));

        for (int dead = 1; dead <= 3; dead++) {
            custodians.kill(dead);

            CommandRun run = custodians.as("alice", "open", "stock.age", "--key", "drop-box.key", "--out", "opened");

            assertThat(run.exitCode()).as("without %d: %s", dead, run.err()).isZero();
            assertThat(directory.resolve("opened")).hasBinaryContent(PLAIN);
            Files.delete(directory.resolve("opened"));
            custodians.start(dead);
            custodians.awaitServing(dead);
        }
    }

    @Test
    void everyPairOfCustodiansOpensWhatBeaconSealed() throws Exception {
        for (String form : new String[] {"--writer=me", "--hybrid"}) {
            assertThat(custodians
                            .run("seal", "plain", "--key", "internal.key", "--out", "sealed.age", form)
                            .exitCode())
                    .isZero();
            for (int dead = 1; dead <= 3; dead++) {
                custodians.kill(dead);

                CommandRun run =
                        custodians.as("alice", "open", "sealed.age", "--key", "internal.key", "--out", "opened");

                assertThat(run.exitCode()).as("without %d: %s", dead, run.err()).isZero();
                assertThat(directory.resolve("opened")).hasBinaryContent(PLAIN);
                Files.delete(directory.resolve("opened"));
                custodians.start(dead);
                custodians.awaitServing(dead);
            }
        }
    }

    @Test
    void refusesWithTwoDeadAndSaysWhoIsMissing() {
        custodians.run("seal", "plain", "--key", "internal.key", "--out", "sealed2.age");
        custodians.kill(1);
        custodians.kill(3);

        CommandRun run = custodians.as("alice", "open", "sealed2.age", "--key", "internal.key", "--out", "never");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("beacon: CUSTODIANS_MISSING: expected 2 custodians to answer, but found 1; missing: ")
                .contains("c1 (not reachable)", "c3 (not reachable)")
                .doesNotContain("c2 (");
        assertThat(directory.resolve("never")).doesNotExist();
    }

    @Test
    void anInternalKeyDoesNotOpenWhatProvesNothingAboutItsMaker() throws Exception {
        AgeTool.expectInstalled();
        String internal = custodians
                .run("key", "export-recipient", "--key", "internal.key")
                .out()
                .strip();
        Files.write(directory.resolve("unbound.age"), AgeTool.run(PLAIN, "-r", internal));

        CommandRun run = custodians.as("alice", "open", "unbound.age", "--key", "internal.key");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("only a drop-box key opens others");
    }

    @Test
    void onlyAnOperatorRunsACeremony() {
        CommandRun run = custodians.as(
                "alice", "key", "ceremony", "--custodian", custodians.endpoints(1, 2, 3), "--key", "mine.key");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("expected an operator's certificate");
        assertThat(directory.resolve("mine.key")).doesNotExist();
    }

    @Test
    void everyDecisionIsAnEventBeforeTheAnswer() throws Exception {
        custodians.run("seal", "plain", "--key", "internal.key", "--out", "audited.age", "--policy", "audit-me");
        custodians.as(
                "alice", "open", "audited.age", "--key", "internal.key", "--out", "opened3", "--purpose", "because");

        long recorded = 0;
        for (int number = 1; number <= 3; number++) {
            recorded +=
                    Files.readAllLines(directory
                                    .resolve(CustodianCluster.home(number))
                                    .resolve("events.jsonl"))
                            .stream()
                            .filter(line -> line.contains("\"policy\":\"audit-me\"")
                                    && line.contains("\"granted\":true")
                                    && line.contains("client/alice")
                                    && line.contains("because"))
                            .count();
        }
        assertThat(recorded).isGreaterThanOrEqualTo(2);
    }

    @Test
    void statusNamesWhoServes() {
        custodians.kill(2);

        CommandRun run = custodians.operator("key", "status", "--key", "internal.key");

        assertThat(run.out()
                        .lines()
                        .filter(line -> line.startsWith("c1"))
                        .findFirst()
                        .orElseThrow())
                .contains("SERVES");
        assertThat(run.out()
                        .lines()
                        .filter(line -> line.startsWith("c2"))
                        .findFirst()
                        .orElseThrow())
                .contains("not reachable");
    }

    @Test
    void aCustodianComesBackFromItsBackup() throws Exception {
        AgeTool.expectInstalled();
        custodians.run("seal", "plain", "--key", "internal.key", "--hybrid", "--out", "before.age");
        custodians.kill(3);
        String home = CustodianCluster.home(3);
        CommandRun backup =
                custodians.run("custodian", "backup", home, "--out", "c3.backup", "--passphrase-file", "passphrase");
        assertThat(backup.exitCode()).as(backup.err()).isZero();
        deleteTree(directory.resolve(home));

        CommandRun restored = custodians.run(
                "custodian",
                "restore",
                home,
                "--from",
                "c3.backup",
                "--name",
                "c3",
                "--org",
                "example",
                "--passphrase-file",
                "passphrase",
                "--work-factor",
                "10");
        assertThat(restored.exitCode()).as(restored.err()).isZero();
        custodians.start(3);
        custodians.awaitServing(3);
        custodians.kill(1);
        assertThat(custodians
                        .as("alice", "open", "before.age", "--key", "internal.key")
                        .exitCode())
                .isEqualTo(1);
        for (String key : new String[] {"internal.key", "drop-box.key"}) {
            assertThat(custodians
                            .operator("key", "status", "--repair", "--key", key)
                            .out())
                    .contains("REPAIRED");
        }

        CommandRun run = custodians.as("alice", "open", "before.age", "--key", "internal.key", "--out", "opened4");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(directory.resolve("opened4")).hasBinaryContent(PLAIN);
    }

    private static void deleteTree(Path tree) throws IOException {
        try (var files = Files.walk(tree)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
