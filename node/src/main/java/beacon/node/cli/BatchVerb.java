package beacon.node.cli;

import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon batch}: many commands in one process, which starts and warms up once. */
@Command(
        name = "batch",
        description = {
            "Run the commands in FILE, one on each line as after \"beacon\", in one process: the second one finds it warm.",
            "Words with blanks stand in quotes, # begins a comment. Commands have the options of the batch, for instance"
                    + " -o json, unless they say otherwise.",
            "The first that fails is the last one, and its exit code is that of the batch."
        })
final class BatchVerb implements Callable<Integer> {
    private static final Path STANDARD_INPUT = Path.of("-");

    private final Session session;
    private final Function<Console, BeaconCli> commands;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "File of commands (default: -, which is standard input).")
    private Path file = STANDARD_INPUT;

    @Option(
            names = {"-k", "--keep-going"},
            description = "Run what follows a command that fails; the exit code is that of the first one.")
    private boolean keepGoing;

    @Option(names = "--times", description = "Say of each command how long it took.")
    private boolean times;

    /** @param commands makes the command line that runs one command */
    BatchVerb(Session session, Function<Console, BeaconCli> commands) {
        this.session = session;
        this.commands = commands;
    }

    @Override
    public Integer call() throws IOException {
        boolean isPiped = file.equals(STANDARD_INPUT);
        Console console = session.console();
        if (isPiped) {
            return run(console.in(), new Console(new Taken(), console.out(), console.err(), console.interactive()));
        }
        try (InputStream lines = Files.newInputStream(session.resolve(file))) {
            return run(lines, console);
        } catch (NoSuchFileException e) {
            throw new Failure("NOT_FOUND", "expected a file of commands, but found none: " + file, null, e);
        }
    }

    private int run(InputStream input, Console console) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
        int first = ExitCode.OK;
        int number = 1;
        for (String line = next(lines); line != null; line = next(lines)) {
            long begin = System.nanoTime();
            List<String> words = words(number, line);
            int exitCode =
                    words.isEmpty() ? ExitCode.OK : commands.apply(console).run(words.toArray(String[]::new));
            first = first == ExitCode.OK ? exitCode : first;
            if (exitCode != ExitCode.OK || (times && !words.isEmpty())) {
                say(console, number, exitCode, (System.nanoTime() - begin) / 1e9);
            }
            if (first != ExitCode.OK && !keepGoing) {
                return first;
            }
            number++;
        }
        return first;
    }

    private void say(Console console, int number, int exitCode, double seconds) {
        if (session.output().isJson()) {
            JsonObject ended = new JsonObject();
            ended.addProperty("line", number);
            ended.addProperty("exit_code", exitCode);
            ended.addProperty("seconds", seconds);
            console.err().println(Output.toJson(ended));
        } else {
            console.err()
                    .printf(Locale.ROOT, "beacon: line %d ended with %d after %.3f s%n", number, exitCode, seconds);
        }
    }

    private List<String> words(int number, String line) {
        try {
            return CommandWords.of(line);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "line %d: %s".formatted(number, e.getMessage()), e, null, line);
        }
    }

    private static @Nullable String next(BufferedReader lines) {
        try {
            return lines.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read commands, but could not", e);
        }
    }

    /** Standard input of commands that are themselves read from there. */
    private static final class Taken extends InputStream {
        @Override
        public int read() throws IOException {
            throw taken();
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            throw taken();
        }

        private static IOException taken() {
            return new IOException(
                    "expected input, but standard input has the commands of the batch; name them in a file");
        }
    }
}
