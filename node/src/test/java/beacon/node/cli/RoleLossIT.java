package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.process.MemberCluster;
import beacon.proto.grpc.PeerIdentity;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent that wrote an artifact, its role and everything it had are gone for good. Another agent with the same right
 * finds the artifact by its name, opens it and publishes it anew; one without the right does not.
 */
class RoleLossIT {
    private static final String NAME = "ucxl://planner:writer@demo:start/*^/plan";
    private static final String TEXT = "what the planner knew";
    private static final String[] ROOT = {"--root-dir", "root", "--passphrase-file", "passphrase", "--work-factor", "10"
    };

    @TempDir
    Path directory;

    private static CommandRun must(CommandRun run) {
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private static String[] with(String[] last, String... first) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(last));
        return all.toArray(new String[0]);
    }

    /** A new agent: a certificate, a key of its own, and a claim to a role. */
    private void agent(LogCustodians world, String name, String policy) throws IOException {
        world.members.issue(PeerIdentity.Kind.CLIENT, name);
        JsonObject subject = JsonParser.parseString(must(world.run("role", "subject", name + ".key", "-o", "json"))
                        .out())
                .getAsJsonObject();
        must(world.run(with(
                ROOT,
                "role",
                "issue",
                "--subject",
                subject.get("did").getAsString(),
                "--role",
                "planner",
                "--policy",
                policy,
                "--out",
                name + ".claim")));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(each);
            }
        }
    }

    private CommandRun get(LogCustodians world, String who) {
        return world.as(who, "get", NAME, "--key", "org.key", "--subject-key", who + ".key", "--claim", who + ".claim");
    }

    @Test
    void anotherAgentWithTheRightFindsOpensAndPublishesWhatALostOneWrote() throws IOException {
        Files.writeString(directory.resolve("passphrase"), "correct horse battery staple\n");
        must(CommandRun.of(directory, with(ROOT, "role", "root", "--org", "example")));
        try (LogCustodians world =
                        new LogCustodians(directory, 3, MemberCluster.Options.small(), "--root", "root/org-root");
                StorageFleet fleet = new StorageFleet(directory, world.members, 6)) {
            fleet.startAll();
            agent(world, "ada", "plans");
            agent(world, "bob", "plans");
            agent(world, "eve", "other");
            must(world.run(with(ROOT, "key", "ceremony", "--custodian", world.endpoints(1, 2, 3), "--key", "org.key")));
            must(world.run("key", "activate", "--key", "org.key"));
            Files.writeString(directory.resolve("plan"), TEXT);
            must(world.as("ada", "put", "plan", NAME, "--policy", "plans", "--key", "org.key"));
            assertThat(must(get(world, "ada")).out()).isEqualTo(TEXT);

            // Everything the writer had, its right, one of its custodians and one of its nodes.
            Files.delete(directory.resolve("plan"));
            Files.delete(directory.resolve("ada.key"));
            delete(world.tls("ada"));
            must(world.run(
                    with(ROOT, "role", "revoke", "ada.claim", "--reason", "the role is gone", "--key", "org.key")));
            Files.delete(directory.resolve("ada.claim"));
            world.kill(1);
            fleet.kill(1);

            JsonObject listed = JsonParser.parseString(
                            must(world.as("bob", "stat", NAME, "-o", "json")).out())
                    .getAsJsonObject();
            String found = must(get(world, "bob")).out();
            Files.writeString(directory.resolve("again"), found + ", continued");
            must(world.as("bob", "put", "again", NAME, "--policy", "plans", "--key", "org.key", "--if-revision", "1"));

            assertThat(listed.get("revision").getAsLong()).isEqualTo(1);
            assertThat(found).isEqualTo(TEXT);
            assertThat(must(get(world, "bob")).out()).isEqualTo(TEXT + ", continued");
            assertThat(get(world, "eve").err()).contains("expected a valid role claim");
            assertThat(must(world.run("history", NAME, "-o", "json")).out()).contains("client/ada", "client/bob");
        }
    }
}
