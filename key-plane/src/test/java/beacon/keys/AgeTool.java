package beacon.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Assumptions;

/** The stock {@code age} tool, for tests of what others can open. */
public final class AgeTool {
    private AgeTool() {}

    /** The test ends here as skipped, and says so, when the tool is not installed. */
    public static void expectInstalled() {
        boolean found = List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
                .anyMatch(dir -> Files.isExecutable(Path.of(dir, "age")));
        if (!found) {
            System.out.println("skipped: no age tool on the PATH");
        }
        Assumptions.assumeTrue(found, "no age tool on the PATH");
    }

    /** What the tool prints; both pipes are pumped at once, or more than 64 KiB would block. */
    public static byte[] run(byte[] input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("age"));
        command.addAll(List.of(arguments));
        return run(new ProcessBuilder(command), input);
    }

    static byte[] run(ProcessBuilder command, byte[] input) throws IOException, InterruptedException {
        Process process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        CompletableFuture<byte[]> output = CompletableFuture.supplyAsync(() -> {
            try {
                return process.getInputStream().readAllBytes();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        }
        assertThat(process.waitFor()).isZero();
        try {
            return output.get();
        } catch (ExecutionException failed) {
            throw new IOException(failed);
        }
    }
}
