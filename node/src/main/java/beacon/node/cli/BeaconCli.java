package beacon.node.cli;

import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;

/** The command line as a whole: which verbs there are, and how an end becomes an exit code. */
public final class BeaconCli {
    /** Set to anything: print the trace of what failed. */
    private static final String DEBUG_VARIABLE = "BEACON_DEBUG";

    private final Session session;
    private final CommandLine commandLine;
    private final Function<Throwable, Failure> failures;

    BeaconCli(Console console, Map<String, String> environment, Path directory, InstantSource clock) {
        this(new Session(new RootCommand(), console, environment, directory, clock), BeaconCli::verbs, Failures::of);
    }

    private BeaconCli(Session session, Function<Session, List<Object>> verbs, Function<Throwable, Failure> failures) {
        Console console = session.console();
        this.session = session;
        this.commandLine = new CommandLine(session.options());
        this.failures = failures;
        verbs.apply(session).forEach(commandLine::addSubcommand);
        commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler(this::onUsage)
                .setExecutionExceptionHandler((error, command, parsed) -> onError(error));
    }

    /** Runs the process's command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(ofProcess(BeaconCli::verbs, Failures::of).run(arguments));
    }

    /** A command line with these verbs, and one that says so when they fail. */
    static BeaconCli ofProcess(Function<Session, List<Object>> verbs, Function<Throwable, Failure> failures) {
        Session session = new Session(
                new RootCommand(),
                Console.ofProcess(System.getenv()),
                System.getenv(),
                Path.of("").toAbsolutePath(),
                InstantSource.system());
        return new BeaconCli(session, verbs, failures);
    }

    /** A command line for one command of a batch, whose options it has unless it gets others. */
    private static BeaconCli ofBatch(Session batch, Console console) {
        Session session =
                new Session(batch.options().copy(), console, batch.environment(), batch.directory(), batch.clock());
        return new BeaconCli(session, BeaconCli::commands, Failures::of);
    }

    /** Runs one command: 0 done, 1 refused or failed, 2 wrong usage. */
    int run(String... arguments) {
        int exitCode = commandLine.execute(arguments);
        session.console().out().flush();
        return exitCode;
    }

    private static List<Object> verbs(Session session) {
        List<Object> verbs = commands(session);
        verbs.add(new BatchVerb(session, console -> ofBatch(session, console)));
        return verbs;
    }

    /** All but the one that runs the others. */
    private static List<Object> commands(Session session) {
        List<Object> verbs = new ArrayList<>(List.of(
                new UpVerb(session),
                new NodeVerb(session),
                new StatusVerb(session),
                new AppendVerb(session),
                new PutVerb(session),
                new GetVerb(session),
                new StatVerb(session),
                new RmVerb(session),
                new TombstoneVerb(session),
                new HoldVerb(session),
                new RetentionVerb(session),
                new PinVerb(session),
                new DrVerb(session),
                new ResolveVerb(session),
                new LsVerb(session),
                new SearchVerb(session),
                new HistoryVerb(session),
                new ReplayVerb(session),
                new WatchVerb(session),
                new AuditVerb(session),
                new MemberVerb(session),
                new NodesVerb(session),
                new RepairVerb(session),
                new SloVerb(session),
                new BackupVerb(session),
                new CaVerb(session),
                DhtVerb.of(session),
                BlocksVerb.of(session),
                new CustodianVerb(session),
                KeyVerb.of(session),
                new RoleVerb(session),
                new SealVerb(session),
                new OpenVerb(session),
                new AgePluginVerb(session),
                new CompletionVerb(session)));
        ServiceLoader.load(VerbProvider.class).forEach(provider -> verbs.add(provider.verb(session.surroundings())));
        return verbs;
    }

    private int onUsage(ParameterException error, String[] arguments) {
        String verb = error.getCommandLine().getCommandSpec().qualifiedName();
        report(
                new Failure("USAGE", String.valueOf(error.getMessage()), "see: " + verb + " --help", null),
                List.of(arguments).contains("json"));
        return ExitCode.USAGE;
    }

    private int onError(Exception error) {
        if (error instanceof ParameterException usage) {
            return onUsage(usage, new String[0]);
        }
        session.console().out().flush();
        report(failures.apply(error), session.output().isJson());
        if (session.environment().containsKey(DEBUG_VARIABLE)) {
            error.printStackTrace(session.console().err());
        }
        return ExitCode.SOFTWARE;
    }

    /** Of a longer text the first line says what; BEACON_DEBUG shows the rest. */
    private static String oneLine(@Nullable String message) {
        return String.valueOf(message).lines().findFirst().orElse("");
    }

    private void report(Failure failure, boolean json) {
        @Nullable String advice = failure.advice();
        if (json) {
            JsonObject error = new JsonObject();
            error.addProperty("reason", failure.reason());
            error.addProperty("message", failure.getMessage());
            error.addProperty("advice", advice);
            JsonObject object = new JsonObject();
            object.add("error", error);
            session.console().err().println(Output.toJson(object));
            return;
        }
        session.console()
                .err()
                .println("beacon: " + failure.reason() + ": " + oneLine(failure.getMessage())
                        + (advice == null ? "" : " (" + advice + ")"));
    }
}
