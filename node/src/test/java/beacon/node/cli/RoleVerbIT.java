package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.AgeTool;
import beacon.keys.records.RecordCodec;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Custodians that trust an organisation's root: who may open is what the root has claimed and not taken back. */
class RoleVerbIT {
    private static final String[] ROOT = {"--root-dir", "root", "--passphrase-file", "passphrase", "--work-factor", "10"
    };
    private static final String TEXT = "what only some may read";

    @TempDir
    static Path directory;

    private static CustodianCluster custodians;
    private static String did;

    @BeforeAll
    static void setUp() throws IOException {
        Files.writeString(directory.resolve("passphrase"), "correct horse battery staple\n");
        must(CommandRun.of(directory, with(ROOT, "role", "root", "--org", "example")));
        custodians = new CustodianCluster(directory, 3, "--root", "root/org-root");
        CommandRun subject = custodians.run("role", "subject", "alice.key", "-o", "json");
        did = JsonParser.parseString(must(subject).out())
                .getAsJsonObject()
                .get("did")
                .getAsString();
        Files.writeString(directory.resolve("plain"), TEXT);
    }

    @AfterAll
    static void tearDown() {
        custodians.close();
    }

    private static String[] with(String[] last, String... first) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(last));
        return all.toArray(new String[0]);
    }

    private static CommandRun must(CommandRun run) {
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private static void ceremony(String key, String... options) {
        must(custodians.operator(with(
                ROOT, with(options, "key", "ceremony", "--custodian", custodians.endpoints(1, 2, 3), "--key", key))));
    }

    private static void issue(String claim, String... options) {
        must(custodians.run(
                with(ROOT, with(options, "role", "issue", "--subject", did, "--role", "auditor", "--out", claim))));
    }

    private static CommandRun open(String sealed, String key, String claim) {
        return custodians.as("alice", "open", sealed, "--key", key, "--subject-key", "alice.key", "--claim", claim);
    }

    private static List<String> states() {
        CommandRun run = must(custodians.run("role", "ls", "--root-dir", "root", "-o", "json"));
        List<String> states = new ArrayList<>();
        JsonElement printed = JsonParser.parseString(run.out());
        JsonArray rows = printed.isJsonArray()
                ? printed.getAsJsonArray()
                : printed.getAsJsonObject()
                        .entrySet()
                        .iterator()
                        .next()
                        .getValue()
                        .getAsJsonArray();
        rows.forEach(row -> {
            JsonObject claim = row.getAsJsonObject();
            assertThat(claim.get("subject").getAsString()).isEqualTo(did);
            states.add(claim.get("policies").getAsString() + " "
                    + claim.get("state").getAsString());
        });
        return states;
    }

    @Test
    void aClaimOpensFromItsIssueToItsRevocation() {
        ceremony("roles.key");
        must(custodians.run("seal", "plain", "--key", "roles.key", "--policy", "audit", "--out", "roles.age"));

        assertThat(open("roles.age", "roles.key", "passphrase").err()).contains("BAD_FILE");
        issue("audit.claim", "--policy", "audit");
        issue("other.claim", "--policy", "other");
        issue("late.claim", "--policy", "late", "--hours", "0");

        assertThat(open("roles.age", "roles.key", "audit.claim").out()).isEqualTo(TEXT);
        assertThat(open("roles.age", "roles.key", "other.claim").err()).contains("expected a valid role claim");
        assertThat(states()).contains("audit VALID", "other VALID", "late EXPIRED");

        CommandRun revoked = custodians.operator(
                with(ROOT, "role", "revoke", "audit.claim", "--reason", "left", "--key", "roles.key"));

        assertThat(must(revoked).out()).contains("REVOKED");
        assertThat(states()).contains("audit REVOKED", "other VALID");
        assertThat(open("roles.age", "roles.key", "audit.claim").err()).contains("expected a valid role claim");
        custodians.restart(1);
        custodians.restart(2);
        assertThat(open("roles.age", "roles.key", "audit.claim").exitCode()).isEqualTo(1);
    }

    @Test
    void whatAnybodysAgeMadeIsTakenInByWhoeverMayDoThat() throws Exception {
        AgeTool.expectInstalled();
        ceremony("box.key", "--drop-box");
        ceremony("inner.key");
        String recipient = must(custodians.run("key", "export-recipient", "--key", "box.key"))
                .out()
                .strip();
        Files.write(
                directory.resolve("sent.age"),
                AgeTool.run(Files.readAllBytes(directory.resolve("plain")), "-r", recipient));
        issue("reader.claim");
        issue("intake.claim", "--action", "intake");

        assertThat(open("sent.age", "box.key", "reader.claim").err()).contains("role claim for intake");
        assertThat(intake("reader.claim").err()).contains("role claim for intake");
        must(intake("intake.claim"));

        assertThat(open("taken.age", "inner.key", "reader.claim").out()).isEqualTo(TEXT);
        assertThat(open("taken.age", "inner.key", "intake.claim").err()).contains("role claim for open");
        assertThat(open("taken.age", "box.key", "intake.claim").exitCode()).isEqualTo(1);
    }

    private static CommandRun intake(String claim) {
        return custodians.as(
                "alice",
                "key",
                "intake",
                "sent.age",
                "--key",
                "box.key",
                "--to",
                "inner.key",
                "--subject-key",
                "alice.key",
                "--claim",
                claim,
                "--out",
                "taken.age");
    }

    @Test
    void aRevokedKeyIsForgottenByEveryCustodian() throws IOException {
        ceremony("gone.key");
        must(custodians.run("seal", "plain", "--key", "gone.key", "--out", "gone.age"));
        issue("gone.claim");
        assertThat(open("gone.age", "gone.key", "gone.claim").out()).isEqualTo(TEXT);

        String[] revoke = with(ROOT, "key", "revoke", "--key", "gone.key", "--reason", "over", "--yes");
        assertThat(custodians
                        .operator("key", "revoke", "--key", "gone.key", "--reason", "over", "--yes")
                        .exitCode())
                .isNotZero();
        assertThat(must(custodians.operator(revoke)).out()).contains("c1", "c2", "c3", "REVOKED");
        assertThat(must(custodians.operator(revoke)).out()).contains("KNOWN");

        assertThat(open("gone.age", "gone.key", "gone.claim").err()).contains("expected a key of this custodian");
        CommandRun back = custodians.operator("key", "status", "--repair", "--key", "gone.key");
        assertThat(back.out()).doesNotContain("REPAIRED", "SERVES");
        custodians.kill(3);
        CommandRun kept = must(custodians.run(with(
                new String[] {"--passphrase-file", "passphrase", "--work-factor", "10"},
                "custodian",
                "inspect",
                CustodianCluster.home(3))));
        assertThat(kept.out()).contains("OWN").doesNotContain(keyId("gone.key"));
        custodians.start(3);
        custodians.awaitServing(3);
    }

    private static String keyId(String file) throws IOException {
        return HexFormat.of()
                .formatHex(RecordCodec.parse(Files.readString(directory.resolve(file)))
                        .keyId()
                        .toByteArray());
    }
}
