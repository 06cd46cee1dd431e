package beacon.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A program that answers lines with lines; gone when closed. */
final class LineProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;

    private LineProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    static LineProcess start(String name, ProcessBuilder command) {
        try {
            return new LineProcess(
                    name, command.redirectError(ProcessBuilder.Redirect.DISCARD).start());
        } catch (IOException e) {
            throw new UncheckedIOException("expected to start " + name, e);
        }
    }

    void send(String line) {
        try {
            commands.write(line + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("expected " + name + " to read, but it has ended", e);
        }
    }

    String nextLine() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new BenchException("expected an answer of " + name + ", but it has ended");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException("expected an answer of " + name, e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
