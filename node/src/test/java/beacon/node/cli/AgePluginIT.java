package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.AgeTool;
import beacon.node.process.JavaCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stock age, with the plugin on its path, opens and makes what custodians open. */
class AgePluginIT {
    @TempDir
    static Path directory;

    private static CustodianCluster custodians;
    private static final byte[] PLAIN = new byte[150_000];

    @BeforeAll
    static void setUp() throws IOException {
        AgeTool.expectInstalled();
        new Random(9).nextBytes(PLAIN);
        Files.write(directory.resolve("plain"), PLAIN);
        custodians = new CustodianCluster(directory, 3);
        CommandRun made = custodians.operator(
                "key", "ceremony", "--custodian", custodians.endpoints(1, 2, 3), "--key", "org.key");
        assertThat(made.exitCode()).as(made.err()).isZero();
        CommandRun identity = custodians.as("alice", "key", "export-identity", "--key", "org.key");
        Files.writeString(directory.resolve("identity"), identity.out());
        // The launcher's job, with the class path of this test.
        ProcessBuilder java =
                JavaCommand.of(BeaconCli.class, List.of("-XX:TieredStopAtLevel=1"), List.of("age-plugin"));
        List<String> words = new ArrayList<>();
        java.command().forEach(word -> words.add("'" + word + "'"));
        Path plugin = directory.resolve("bin/age-plugin-beacon");
        Files.createDirectories(directory.resolve("bin"));
        Files.writeString(
                plugin,
                "#!/bin/sh\nCLASSPATH='" + java.environment().get("CLASSPATH") + "' exec " + String.join(" ", words)
                        + " \"$@\"\n");
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
    }

    @AfterAll
    static void tearDown() {
        if (custodians != null) {
            custodians.close();
        }
    }

    private record AgeRun(int exitCode, String err) {}

    private static AgeRun age(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("age"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
        Path err = Files.createTempFile(directory, "age", ".err");
        Process process = builder.redirectError(err.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        return new AgeRun(process.waitFor(), Files.readString(err));
    }

    @Test
    void stockAgeOpensWhatBeaconSealedWhileOneCustodianIsDead() throws Exception {
        for (String form : new String[] {"--writer=me", "--hybrid"}) {
            custodians.run("seal", "plain", "--key", "org.key", "--out", "sealed.age", form);
            custodians.kill(2);

            AgeRun run = age("-d", "-i", "identity", "-o", "opened", "sealed.age");

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(directory.resolve("opened")).hasBinaryContent(PLAIN);
            Files.delete(directory.resolve("opened"));
            custodians.start(2);
            custodians.awaitServing(2);
        }
    }

    @Test
    void stockAgeSealsForTheHybridSuiteWithTheRecipient() throws Exception {
        String recipient = custodians
                .run("key", "export-recipient", "--plugin", "--key", "org.key")
                .out()
                .strip();
        assertThat(recipient).startsWith("age1beacon1");

        AgeRun sealed = age("-r", recipient, "-o", "by-age.age", "plain");

        assertThat(sealed.exitCode()).as(sealed.err()).isZero();
        CommandRun opened = custodians.as("alice", "open", "by-age.age", "--key", "org.key", "--out", "opened2");
        assertThat(opened.exitCode()).as(opened.err()).isZero();
        assertThat(directory.resolve("opened2")).hasBinaryContent(PLAIN);
        AgeRun run = age("-d", "-i", "identity", "-o", "opened3", "by-age.age");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(directory.resolve("opened3")).hasBinaryContent(PLAIN);
    }

    @Test
    void saysWhoIsMissingWhenTooFewServe() throws Exception {
        custodians.run("seal", "plain", "--key", "org.key", "--out", "sealed2.age");
        custodians.kill(1);
        custodians.kill(3);

        AgeRun run = age("-d", "-i", "identity", "-o", "never", "sealed2.age");

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.err()).contains("expected 2 custodians to answer", "c1 (not reachable)", "c3 (not reachable)");
        assertThat(directory.resolve("never")).doesNotExist();
        for (int number : new int[] {1, 3}) {
            custodians.start(number);
            custodians.awaitServing(number);
        }
    }

    @Test
    void refusesAnIdentityAndARecipientThatAreNone() throws Exception {
        custodians.run("seal", "plain", "--key", "org.key", "--out", "sealed3.age");
        Files.writeString(
                directory.resolve("elsewhere"),
                new beacon.keys.plugin.PluginIdentity(
                                "/nowhere/org.key", "/nowhere", java.util.Optional.empty(), List.of(), List.of())
                        .print());

        assertThat(age("-d", "-i", "elsewhere", "-o", "never2", "sealed3.age").exitCode())
                .isNotZero();
        assertThat(directory.resolve("never2")).doesNotExist();
        assertThat(age("-r", "age1beacon1qqqqqqqqqq", "-o", "never3", "plain").exitCode())
                .isNotZero();
    }
}
