package beacon.dht.testing;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A script of node in a process of its own, talked to by lines; what it needs is installed by npm into the build folder. */
public final class JsProcess implements AutoCloseable {
    private static final Path SOURCES = Path.of("src/test/js");
    private static final Path INSTALLED = Path.of("target/js");
    private static final String POLYFILL = "polyfill.mjs";
    private static final int ANSWER_SECONDS = 150;

    private final Process process;
    private final BufferedWriter commands;
    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(10_000);
    private final Path log;

    private JsProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(this::readAnswers, "js-peer");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a script, or skips the test with the reason why that cannot be done here. */
    public static JsProcess start(String script, String... arguments) {
        return start(Path.of(""), script, arguments);
    }

    /**
     * Starts a script.
     *
     * @param folder below the sources of all scripts, with packages of its own; empty for the sources themselves
     */
    public static JsProcess start(Path folder, String script, String... arguments) {
        Path installed = INSTALLED.resolve(folder);
        try {
            install(SOURCES.resolve(folder), installed);
            List<String> command = new ArrayList<>(List.of("node", script));
            command.addAll(List.of(arguments));
            Path log = installed.resolve(script + ".log");
            return new JsProcess(
                    new ProcessBuilder(command)
                            .directory(installed.toFile())
                            .redirectError(log.toFile())
                            .start(),
                    log);
        } catch (IOException e) {
            throw skip("skipped: node cannot be started: " + e.getMessage());
        }
    }

    private static AssertionError skip(String reason) {
        System.err.println(reason);
        Assumptions.abort(reason);
        return new AssertionError("not reached");
    }

    private static void install(Path sources, Path installed) throws IOException {
        Files.createDirectories(installed);
        boolean current = Files.exists(installed.resolve("installed"))
                && Files.mismatch(sources.resolve("package-lock.json"), installed.resolve("installed")) < 0;
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, installed.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.copy(SOURCES.resolve(POLYFILL), installed.resolve(POLYFILL), StandardCopyOption.REPLACE_EXISTING);
        if (!current) {
            Path log = installed.resolve("npm.log");
            List<String> npm =
                    List.of("npm", "ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund");
            int code = run(npm, installed, log);
            if (code != 0) {
                throw skip("skipped: npm ci ended with %d; see %s".formatted(code, log.toAbsolutePath()));
            }
            Files.copy(
                    sources.resolve("package-lock.json"),
                    installed.resolve("installed"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static int run(List<String> command, Path folder, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return -1;
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException("interrupted while npm ran", e);
        }
    }

    private void readAnswers() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line that the script prints. */
    public String nextLine() {
        try {
            String line = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("expected an answer of the js peer, but found none; see " + log);
            }
            return line;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while waiting for the js peer", e);
        }
    }

    public void send(String line) {
        try {
            commands.write(line + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
