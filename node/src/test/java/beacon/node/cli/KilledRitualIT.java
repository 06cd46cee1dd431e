package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Custodians are killed in the middle of resharings; what was sealed opens, and the recipient stays. */
class KilledRitualIT {
    private static final long SEED = 20_26;
    private static final int KILLS = 6;

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private CustodianCluster custodians;

    @Test
    void killNineDuringRefreshAndHandOverLosesNothing() throws Exception {
        Files.writeString(directory.resolve("plain"), "what must stay readable");
        try (CustodianCluster cluster = new CustodianCluster(directory, 5)) {
            custodians = cluster;
            must(cluster.operator("key", "ceremony", "--custodian", cluster.endpoints(1, 2, 3), "--key", "org.key"));
            String recipient = record().key().recipient().toString();
            must(cluster.run("seal", "plain", "--key", "org.key", "--out", "sealed.age"));

            for (int kill = 0; kill < KILLS; kill++) {
                killDuring(1 + kill % 3, "key", "refresh", "--key", "org.key");
                assertOpens();
            }
            must(cluster.operator("key", "refresh", "--key", "org.key"));
            killDuring(
                    4,
                    "key",
                    "reshare",
                    "--custodian",
                    cluster.endpoints(1, 2, 3, 4, 5),
                    "--threshold",
                    "3",
                    "--key",
                    "org.key");
            assertOpens();
            if (record().key().size() == 3) {
                must(cluster.operator(
                        "key",
                        "reshare",
                        "--custodian",
                        cluster.endpoints(1, 2, 3, 4, 5),
                        "--threshold",
                        "3",
                        "--key",
                        "org.key"));
            }
            assertOpens();
            must(cluster.operator(
                    "key", "reshare", "--custodian", cluster.endpoints(5, 4), "--threshold", "2", "--key", "org.key"));
            for (int former = 1; former <= 3; former++) {
                cluster.kill(former);
            }

            assertOpens();
            assertThat(record().key().recipient()).hasToString(recipient);
            assertThat(record().plan().seats()).hasSize(2);
        }
    }

    /** SIGKILL somewhere within the ritual; then the custodian comes back, and whoever is behind is told. */
    private void killDuring(int number, String... ritual) throws Exception {
        CompletableFuture<CommandRun> run = CompletableFuture.supplyAsync(() -> custodians.operator(ritual));
        custodians.process(number).await(Duration.ofMillis(100 + random.nextInt(900)));
        custodians.kill(number);
        run.get(60, TimeUnit.SECONDS);
        custodians.start(number);
        custodians.awaitServing(number);
        must(custodians.operator("key", "status", "--repair", "--key", "org.key"));
    }

    private void assertOpens() throws IOException {
        Files.deleteIfExists(directory.resolve("opened"));
        must(custodians.as("alice", "open", "sealed.age", "--key", "org.key", "--out", "opened"));
        assertThat(directory.resolve("opened")).hasContent("what must stay readable");
    }

    private KeyRecord record() throws IOException {
        return RecordCodec.parse(Files.readString(directory.resolve("org.key")));
    }

    private static void must(CommandRun run) {
        assertThat(run.exitCode()).as(run.err()).isZero();
    }
}
