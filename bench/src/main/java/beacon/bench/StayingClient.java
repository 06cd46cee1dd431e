package beacon.bench;

import beacon.node.cli.BeaconCli;
import beacon.node.process.JavaCommand;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code beacon batch}: a process that runs one command after the other, warm after the first ones. */
final class StayingClient implements AutoCloseable {
    private static final List<String> FLAGS = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader said;

    private StayingClient(Process process) {
        this.process = process;
        this.commands = process.outputWriter();
        this.said = process.errorReader();
    }

    /**
     * Starts it.
     *
     * @param home that it finds the cluster in
     * @param log where it writes what its collections left
     */
    static StayingClient start(Path home, GcLog log) {
        List<String> flags =
                Stream.concat(FLAGS.stream(), Stream.of(log.flag())).toList();
        ProcessBuilder command =
                JavaCommand.of(BeaconCli.class, flags, List.of("batch", "--times", "-o", "json", "--timeout", "120"));
        command.environment().put("BEACON_HOME", home.toString());
        try {
            return new StayingClient(
                    command.redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
        } catch (IOException e) {
            throw new UncheckedIOException("expected to start beacon batch", e);
        }
    }

    /**
     * Runs a command to its end.
     *
     * @param words without single quotes
     * @return how long it took in seconds
     */
    double run(String... words) {
        try {
            commands.write(Stream.of(words).map("'%s'"::formatted).collect(Collectors.joining(" ")));
            commands.newLine();
            commands.flush();
            String last = "nothing";
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.startsWith("{\"line\":")) {
                    JsonObject ended = JsonParser.parseString(line).getAsJsonObject();
                    if (ended.get("exit_code").getAsInt() != 0) {
                        break;
                    }
                    return ended.get("seconds").getAsDouble();
                }
                last = line;
            }
            throw new BenchException("expected %s to succeed, but it did not: %s".formatted(words[0], last));
        } catch (IOException e) {
            throw new UncheckedIOException("expected beacon batch to run " + words[0], e);
        }
    }

    /** Ends it when its command has ended. */
    @Override
    public void close() {
        try {
            commands.close();
            process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("expected beacon batch to end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
