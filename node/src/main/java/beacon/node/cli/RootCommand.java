package beacon.node.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code beacon} itself: the options every verb understands. */
@Command(
        name = "beacon",
        versionProvider = BuildVersion.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "VERB",
        description = "A durable, event-sourced index for encrypted, content-addressed artifacts.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:refused or failed", "2:wrong usage"},
        footerHeading = "%nProfile:%n",
        footer = {
            "  Without --endpoint and --tls-dir, both come from $BEACON_HOME, or from the nearest",
            "  .beacon/ at or above the current directory, which \"beacon up\" makes."
        })
final class RootCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "Form of the result: ${COMPLETION-CANDIDATES} (default: table).",
            scope = ScopeType.INHERIT)
    OutputForm output = OutputForm.TABLE;

    @Option(
            names = "--endpoint",
            paramLabel = "HOST:PORT",
            split = ",",
            description = "Members to ask; any of the cluster, separated by commas.",
            scope = ScopeType.INHERIT)
    List<String> endpoints = List.of();

    @Option(
            names = "--tls-dir",
            paramLabel = "DIR",
            description = "Directory with ca.pem, cert.pem and key.pem.",
            scope = ScopeType.INHERIT)
    @Nullable
    Path tlsDirectory;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long one call may take (default: 30; 600 about the past).",
            scope = ScopeType.INHERIT)
    @Nullable
    Integer timeoutSeconds;

    /** With the same options, which are those of a command line that is given no others. */
    RootCommand copy() {
        RootCommand copy = new RootCommand();
        copy.output = output;
        copy.endpoints = endpoints;
        copy.tlsDirectory = tlsDirectory;
        copy.timeoutSeconds = timeoutSeconds;
        return copy;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "expected a verb, but found none; try: beacon --help");
    }
}
