package beacon.dht.libp2p;

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
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A peer in JavaScript in a process of its own, installed by npm into the build folder. */
final class JsPeer implements AutoCloseable {
    private static final Path SOURCES = Path.of("src/test/js");
    private static final Path INSTALLED = Path.of("target/js");
    private static final String POLYFILL = "polyfill.mjs";
    private static final int ANSWER_SECONDS = 150;

    private final Process process;
    private final BufferedWriter commands;
    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(1000);
    private final String ready;
    private int count;

    private JsPeer(Process process) {
        this.process = process;
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(this::readAnswers, "js-peer");
        reader.setDaemon(true);
        reader.start();
        this.ready = nextLine();
    }

    /** Starts the peer, or skips the test with the reason why that cannot be done here. */
    static JsPeer start() {
        return start("", "peer.mjs");
    }

    /**
     * Starts another peer.
     *
     * @param folder below the sources of all peers, with packages of its own; empty for the sources themselves
     */
    static JsPeer start(String folder, String script) {
        Path installed = INSTALLED.resolve(folder);
        try {
            install(SOURCES.resolve(folder), installed);
            Process started = new ProcessBuilder("node", script)
                    .directory(installed.toFile())
                    .redirectError(installed.resolve("peer.log").toFile())
                    .start();
            return new JsPeer(started);
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

    private String nextLine() {
        try {
            String line = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError(
                        "expected an answer of the js peer, but found none; see peer.log below target/js");
            }
            return line;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while waiting for the js peer", e);
        }
    }

    /** The line that says who and where it is. */
    String ready() {
        return ready;
    }

    /** Runs a command with further JSON members and returns the whole answer, which must be a good one. */
    String ask(String command, String members) {
        count++;
        try {
            commands.write("{\"n\":%d,\"cmd\":\"%s\"%s}\n".formatted(count, command, members));
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String answer = nextLine();
        if (!answer.startsWith("{\"n\":%d,\"ok\":true".formatted(count))) {
            throw new AssertionError("expected %s to succeed, but found %s".formatted(command, answer));
        }
        return answer;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
