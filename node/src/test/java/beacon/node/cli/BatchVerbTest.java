package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchVerbTest {
    @TempDir
    Path directory;

    @BeforeEach
    void authority() {
        CommandRun.of(directory, "ca", "init", "ca");
    }

    private CommandRun batch(String lines, String... arguments) {
        return CommandRun.of(directory, lines, arguments);
    }

    @Test
    void runsEachLineAsACommandOfItsOwnWithTheOptionsOfTheBatch() {
        String shown = CommandRun.of(directory, "ca", "show", "ca/ca.pem").out();
        String json = CommandRun.of(directory, "ca", "show", "ca/ca.pem", "-o", "json")
                .out();

        CommandRun run =
                batch("# both forms\n\nca show 'ca/ca.pem'\nca show ca/ca.pem -o table\n", "batch", "-o", "json");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo(json + shown);
    }

    @Test
    void endsAtTheFirstThatFailsWithItsExitCode() {
        CommandRun run = batch("ca show none.pem\nca show ca/ca.pem\n", "batch");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("beacon: CERTIFICATES: ").contains("beacon: line 1 ended with 1 after ");
    }

    @Test
    void keepsGoingWhenItIsToldToAndSaysOfEachHowLongItTook() throws IOException {
        Files.writeString(directory.resolve("commands"), "nonsense\nca show none.pem\nca show ca/ca.pem\n");

        CommandRun run = batch("", "batch", "commands", "--keep-going", "--times", "-o", "json");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).startsWith("{\"authority_of\":");
        JsonObject last = run.err()
                .lines()
                .reduce((first, second) -> second)
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .orElseThrow();
        assertThat(last.get("line").getAsInt()).isEqualTo(3);
        assertThat(last.get("exit_code").getAsInt()).isZero();
    }

    @Test
    void refusesWhatCannotBeSplitABatchInABatchAndAFileThatIsNotThere() {
        CommandRun open = batch("ca show 'ca/ca.pem\n", "batch", "-");
        assertThat(open.exitCode()).isEqualTo(2);
        assertThat(open.err()).contains("line 1: expected a ' that closes the one at character 9");

        CommandRun nested = batch("-o json batch -\n", "batch");
        assertThat(nested.exitCode()).isEqualTo(2);
        assertThat(nested.err()).contains("Unmatched arguments");

        CommandRun none = batch("", "batch", "none");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).startsWith("beacon: NOT_FOUND: expected a file of commands, but found none: none");
    }

    @Test
    void commandsDoNotReadTheLinesThatFollowThem() {
        CommandRun run = batch("blocks add - --store store\nca show ca/ca.pem\n", "batch");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("standard input has the commands of the batch");
        assertThat(run.out()).isEmpty();
    }
}
