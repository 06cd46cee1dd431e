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

/** A js-libp2p peer in a process of its own, installed by npm into the build folder. */
final class JsPeer implements AutoCloseable {
    private static final Path SOURCES = Path.of("src/test/js");
    private static final Path INSTALLED = Path.of("target/js");

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
        try {
            install();
            Process started = new ProcessBuilder("node", "peer.mjs")
                    .directory(INSTALLED.toFile())
                    .redirectError(INSTALLED.resolve("peer.log").toFile())
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

    private static void install() throws IOException {
        Files.createDirectories(INSTALLED);
        boolean current = Files.exists(INSTALLED.resolve("installed"))
                && Files.mismatch(SOURCES.resolve("package-lock.json"), INSTALLED.resolve("installed")) < 0;
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, INSTALLED.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!current) {
            Path log = INSTALLED.resolve("npm.log");
            int code = run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), log);
            if (code != 0) {
                throw skip("skipped: npm ci ended with %d; see %s".formatted(code, log.toAbsolutePath()));
            }
            Files.copy(
                    SOURCES.resolve("package-lock.json"),
                    INSTALLED.resolve("installed"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static int run(List<String> command, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(INSTALLED.toFile())
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
            String line = answers.poll(60, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("expected an answer of the js peer, but found none; see target/js/peer.log");
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
