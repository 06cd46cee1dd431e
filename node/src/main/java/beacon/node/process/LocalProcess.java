package beacon.node.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A program started by this one. Its output goes to a file. It does not outlive this JVM: closing kills it, and so does
 * the end of the JVM.
 */
public final class LocalProcess implements AutoCloseable {
    /** Enough to say why a start failed, little enough for an exception. */
    private static final int TAIL_LINES = 30;

    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(20);

    private static final Set<LocalProcess> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> RUNNING.forEach(LocalProcess::destroy), "local-process-end"));
    }

    private final String name;
    private final Process process;
    private final Path log;

    private LocalProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a program.
     *
     * @param name for messages
     * @param log standard output and error are appended to it
     * @throws UncheckedIOException when it cannot be started
     */
    public static LocalProcess start(String name, ProcessBuilder command, Path log) {
        try {
            Files.createDirectories(log.toAbsolutePath().normalize().resolveSibling(""));
            Process process = command.redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            LocalProcess started = new LocalProcess(name, process, log);
            RUNNING.add(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "expected to start " + name + " with " + command.command().get(0), e);
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Exit code of a program that ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** SIGKILL; returns when the process is gone. */
    public void kill() {
        destroy();
        await(KILL_TIMEOUT);
        RUNNING.remove(this);
    }

    /** SIGTERM; kills it when it is not gone in time. Returns whether it went by itself. */
    public boolean stop(Duration timeout) {
        process.destroy();
        if (await(timeout)) {
            RUNNING.remove(this);
            return true;
        }
        kill();
        return false;
    }

    /** SIGSTOP: the process stands still until {@link #resume()}; the network still accepts for it. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    /** Waits for the end; returns whether it came in time. */
    public boolean await(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    /** Last lines of its output. */
    public String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(no output: " + e.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        kill();
    }

    /** A paused process takes SIGKILL as well. */
    private void destroy() {
        process.destroyForcibly();
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("expected to send " + signal + " to " + name + ", pid " + pid()
                        + ", but found exit code " + kill.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected to send " + signal + " to " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending " + signal + " to " + name, e);
        }
    }
}
