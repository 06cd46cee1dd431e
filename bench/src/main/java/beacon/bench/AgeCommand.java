package beacon.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The stock {@code age} command as a peer: a process for each file, what it writes is thrown away. */
final class AgeCommand {
    private AgeCommand() {}

    /** Version of the installed age; empty when there is none. */
    static Optional<String> installedVersion() {
        try {
            Process process = new ProcessBuilder("age", "--version")
                    .redirectErrorStream(true)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Optional.of(text.trim()).filter(version -> !version.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static void encrypt(Path file, String recipient) {
        run("-r", recipient, file.toString());
    }

    static void decrypt(Path file, Path identity) {
        run("-d", "-i", identity.toString(), file.toString());
    }

    private static void run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("age"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (process.waitFor() != 0) {
                throw new BenchException("expected age to succeed, but it ended with " + process.exitValue());
            }
        } catch (IOException e) {
            throw new BenchException("expected to start age, but could not", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
