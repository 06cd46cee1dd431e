package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.authority.RitualStep;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A custodian kills itself after each step of each ritual, in its own process, with what it had on disk; what was sealed
 * opens every time, and the recipient stays.
 */
class KilledRitualIT {
    private static final Set<RitualStep> CEREMONY =
            EnumSet.complementOf(EnumSet.of(RitualStep.DEALT, RitualStep.FORMER_DELETED));
    private static final Set<RitualStep> RESHARE =
            EnumSet.complementOf(EnumSet.of(RitualStep.ANNOUNCED, RitualStep.CONTRIBUTED));

    @TempDir
    Path directory;

    private CustodianCluster custodians;
    private String recipient;
    private int kills;

    @Test
    void killNineAtEveryStepOfEveryRitualLosesNothing() throws Exception {
        Files.writeString(directory.resolve("plain"), "what must stay readable");
        try (CustodianCluster cluster = new CustodianCluster(HaltingCustodian.class, directory, 5)) {
            custodians = cluster;
            must(cluster.operator("key", "ceremony", "--custodian", cluster.endpoints(1, 2, 3), "--key", "org.key"));
            recipient = record("org.key").key().recipient().toString();
            must(cluster.run("seal", "plain", "--key", "org.key", "--out", "sealed.age"));

            ceremonies();
            refreshes();
            handOvers();

            assertThat(record("org.key").plan().seats()).hasSize(3);
            for (int former : new int[] {2, 3}) {
                cluster.kill(former);
            }
            assertOpens("org.key", "sealed.age");
        }
    }

    /** Each is killed once and then held; no key of a killed one is in use, and the one in use does not suffer. */
    private void ceremonies() throws IOException {
        for (RitualStep step : CEREMONY) {
            String file = step + ".key";
            int victim = 1 + kills % 3;
            killedAt(step, victim, "key", "ceremony", "--custodian", custodians.endpoints(1, 2, 3), "--key", file);
            Files.deleteIfExists(directory.resolve(file));
        }
        must(custodians.operator(
                "key", "ceremony", "--custodian", custodians.endpoints(1, 2, 3), "--key", "second.key"));
        must(custodians.run("seal", "plain", "--key", "second.key", "--out", "second.age"));
        assertOpens("second.key", "second.age");
        assertOpens("org.key", "sealed.age");
    }

    private void refreshes() throws IOException {
        for (RitualStep step : RESHARE) {
            killedAt(step, dealerOrAny(step, 3), "key", "refresh", "--key", "org.key");
            assertOpens("org.key", "sealed.age");
        }
        int epoch = record("org.key").key().epoch();
        must(custodians.operator("key", "refresh", "--key", "org.key"));
        assertThat(record("org.key").key().epoch()).isEqualTo(epoch + 1);
    }

    /** 2 of 3, then 3 of 5, then other 2 of 3, with a kill at one more step each time. */
    private void handOvers() throws IOException {
        for (RitualStep step : RESHARE) {
            handOver(step, 3, 1, 2, 3, 4, 5);
            handOver(step, 2, 4, 5, 1);
        }
    }

    private void handOver(RitualStep step, int threshold, int... holders) throws IOException {
        String[] reshare = {
            "key",
            "reshare",
            "--custodian",
            custodians.endpoints(holders),
            "--threshold",
            Integer.toString(threshold),
            "--key",
            "org.key"
        };
        killedAt(step, dealerOrAny(step, 0), reshare);
        assertOpens("org.key", "sealed.age");
        if (record("org.key").plan().seats().size() != holders.length) {
            must(custodians.operator(reshare));
            assertOpens("org.key", "sealed.age");
        }
    }

    /** The first seats deal; custodian 1 is a holder all the time, and so are 4 and 5 in hand-overs. */
    private int dealerOrAny(RitualStep step, int size) throws IOException {
        if (step == RitualStep.DEALT) {
            return numberOf(record("org.key").plan().seat(1).name());
        }
        List<Integer> all = size == 3 ? List.of(1, 2, 3) : List.of(4, 5, 1);
        return all.get(kills % 3);
    }

    private static int numberOf(String name) {
        return Integer.parseInt(name.substring(1));
    }

    private void killedAt(RitualStep step, int victim, String... ritual) throws IOException {
        Path home = directory.resolve(CustodianCluster.home(victim));
        kills++;
        HaltingCustodian.arm(home, step);
        CommandRun run = custodians.operator(ritual);
        assertThat(custodians.process(victim).await(Duration.ofSeconds(20)))
                .as("%s dies after %s: %s", home, step, run.err())
                .isTrue();
        assertThat(HaltingCustodian.isArmed(home)).isFalse();
        custodians.restart(victim);
        must(custodians.operator("key", "status", "--repair", "--key", "org.key"));
    }

    private void assertOpens(String key, String sealed) throws IOException {
        Files.deleteIfExists(directory.resolve("opened"));
        must(custodians.as("alice", "open", sealed, "--key", key, "--out", "opened"));
        assertThat(directory.resolve("opened")).hasContent("what must stay readable");
        assertThat(record("org.key").key().recipient()).hasToString(recipient);
    }

    private KeyRecord record(String file) throws IOException {
        return RecordCodec.parse(Files.readString(directory.resolve(file)));
    }

    private static void must(CommandRun run) {
        assertThat(run.exitCode()).as(run.err()).isZero();
    }
}
