package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeaconCliTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "--nonsense",
                "ca",
                "ca issue",
                "ca issue ca --name x --kind king",
                "completion fish",
                "-o xml ca show x"
            })
    void endsWithTwoAndOneLineOnWrongUsage(String arguments) {
        CommandRun run = CommandRun.of(directory, arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).startsWith("beacon: ");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void endsWithOneAndSaysWhyWhenRefused() {
        CommandRun run = CommandRun.of(directory, "ca", "show", "none.pem");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).startsWith("beacon: CERTIFICATES: expected a PEM file at ");
    }

    @Test
    void reportsErrorsAsJsonWhenAskedForJson() {
        CommandRun run = CommandRun.of(directory, "ca", "show", "none.pem", "-o", "json");

        JsonObject error = JsonParser.parseString(run.err()).getAsJsonObject().getAsJsonObject("error");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(error.get("reason").getAsString()).isEqualTo("CERTIFICATES");
        assertThat(error.get("message").getAsString()).contains("expected a PEM file");
    }

    @Test
    void takesGlobalOptionsBeforeAndAfterTheVerb() {
        CommandRun.of(directory, "ca", "init", "ca");

        CommandRun before = CommandRun.of(directory, "-o", "json", "ca", "show", "ca/ca.pem");
        CommandRun after = CommandRun.of(directory, "ca", "show", "ca/ca.pem", "-o", "json");

        assertThat(before.exitCode()).isZero();
        assertThat(before.out()).isEqualTo(after.out()).startsWith("{");
    }

    @Test
    void issuesAndShowsCertificates() {
        assertThat(CommandRun.of(directory, "ca", "init", "ca", "--cluster", "prod", "--org", "Example")
                        .exitCode())
                .isZero();

        CommandRun issued = CommandRun.of(
                directory,
                "ca",
                "issue",
                "ca",
                "--name",
                "m1",
                "--kind",
                "member",
                "--san",
                "h1.example,10.0.0.1",
                "-o",
                "json");
        CommandRun shown = CommandRun.of(directory, "ca", "show", "ca/m1/cert.pem");

        assertThat(issued.err()).isEmpty();
        assertThat(JsonParser.parseString(issued.out())
                        .getAsJsonObject()
                        .get("identity")
                        .getAsString())
                .isEqualTo("beacon://prod/member/m1");
        assertThat(shown.out())
                .containsPattern("identity +beacon://prod/member/m1")
                .contains("h1.example, 10.0.0.1")
                .containsPattern("not_after +2027-11-20T12:00:00Z")
                .containsPattern("valid_now +true");
    }

    @Test
    void printsItsVersionWithTheCommit() {
        CommandRun run = CommandRun.of(directory, "--version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).matches("beacon \\S+ \\(commit \\S+(, modified)?\\)\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void printsACompletionScript(String shell) {
        CommandRun run = CommandRun.of(directory, "completion", shell);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("complete -F _complete_beacon").contains("completion");
    }

    @Test
    void explainsItselfToPeople() {
        CommandRun run = CommandRun.of(directory, "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Exit codes:").contains("0   done").contains("completion");
    }
}
