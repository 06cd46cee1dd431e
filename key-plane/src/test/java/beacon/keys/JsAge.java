package beacon.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** age in JavaScript, installed by npm into the build folder; a process for each operation. */
public final class JsAge {
    private static final Path SOURCES = Path.of("src/test/js");
    private static final Path INSTALLED = Path.of("target/js");

    private JsAge() {}

    /** The test ends here as skipped, and says why, where it cannot be had. */
    public static void install() throws IOException, InterruptedException {
        Files.createDirectories(INSTALLED);
        Path mark = INSTALLED.resolve("installed");
        Path lock = SOURCES.resolve("package-lock.json");
        boolean current = Files.exists(mark) && Files.mismatch(lock, mark) < 0;
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, INSTALLED.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!current) {
            expectSuccess("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            Files.copy(lock, mark, StandardCopyOption.REPLACE_EXISTING);
        }
        expectSuccess("node", "--version");
    }

    private static void expectSuccess(String... command) throws IOException, InterruptedException {
        Path log = INSTALLED.resolve(command[0] + ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(INSTALLED.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                skip("%s did not end; see %s".formatted(command[0], log.toAbsolutePath()));
            }
            if (process.exitValue() != 0) {
                skip("%s ended with %d; see %s".formatted(command[0], process.exitValue(), log.toAbsolutePath()));
            }
        } catch (IOException absent) {
            skip(command[0] + " cannot be started: " + absent.getMessage());
        }
    }

    private static void skip(String reason) {
        System.out.println("skipped: " + reason);
        Assumptions.abort(reason);
    }

    /** A new identity and its recipient. */
    public static List<String> identity(String kind) throws IOException, InterruptedException {
        return new String(run(new byte[0], "identity", kind), StandardCharsets.US_ASCII)
                .lines()
                .toList();
    }

    public static byte[] encrypt(byte[] plain, String recipient) throws IOException, InterruptedException {
        return run(plain, "encrypt", recipient);
    }

    public static byte[] decrypt(byte[] file, Path identity) throws IOException, InterruptedException {
        return run(file, "decrypt", identity.toAbsolutePath().toString());
    }

    private static byte[] run(byte[] input, String operation, String argument)
            throws IOException, InterruptedException {
        ProcessBuilder command =
                new ProcessBuilder("node", "age.mjs", operation, argument).directory(INSTALLED.toFile());
        return AgeTool.run(command, input);
    }
}
