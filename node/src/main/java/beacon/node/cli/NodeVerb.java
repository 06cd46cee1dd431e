package beacon.node.cli;

import beacon.node.config.ConfigReader;
import beacon.node.config.NodeConfig;
import beacon.node.config.SettingsTable;
import beacon.node.daemon.MemberProcess;
import beacon.node.logging.LogSetup;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code beacon node}: one member of a cluster, in the foreground, until it is told to stop. */
@Command(
        name = "node",
        description = "Run one member of a cluster, in the foreground; SIGTERM and Ctrl-C stop it cleanly.")
final class NodeVerb implements Runnable {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "YAML, see --settings and docs/configuration.md.")
    private @Nullable Path file;

    @Option(names = "--check", description = "Check the configuration and end.")
    private boolean check;

    @Option(names = "--settings", description = "Print every key of the configuration with its default, and end.")
    private boolean settings;

    NodeVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Output output = session.output();
        if (settings) {
            SettingsTable.helpLines().forEach(output::line);
            return;
        }
        if (file == null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "expected --config FILE");
        }
        NodeConfig config = ConfigReader.read(session.resolve(file));
        if (check) {
            output.line("ok: member " + config.memberId() + " of cluster " + config.clusterId());
            return;
        }
        boolean json = config.log().format().equals("json")
                || (config.log().format().equals("auto") && !session.console().interactive());
        LogSetup.toConsole(json, config.log().level());
        MemberProcess member = MemberProcess.open(config, BuildVersion.text(), session.clock());
        CountDownLatch stopped = new CountDownLatch(1);
        Shutdown.onSignal(member::close, stopped);
        member.start();
        Shutdown.await(stopped);
    }
}
