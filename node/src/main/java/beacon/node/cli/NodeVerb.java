package beacon.node.cli;

import beacon.node.config.ConfigReader;
import beacon.node.config.NodeConfig;
import beacon.node.config.SettingsTable;
import beacon.node.config.StorageConfig;
import beacon.node.daemon.MemberProcess;
import beacon.node.logging.LogSetup;
import beacon.node.storage.StorageProcess;
import java.nio.file.Path;
import java.util.Set;
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
        description = {
            "Run one member of a cluster, or with \"role: storage\" in FILE a storage node, in the foreground.",
            "SIGTERM and Ctrl-C stop it cleanly."
        })
final class NodeVerb implements Runnable {
    private static final Set<String> ROLES = Set.of("member", "storage");

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "YAML, see --settings and docs/configuration.md.")
    private @Nullable Path file;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "member or storage (default: what the key \"role\" of FILE says, else member).")
    private @Nullable String role;

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
        if (role != null && !ROLES.contains(role)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "expected --role member or storage, but found \"" + role + '"');
        }
        Path path = session.resolve(file);
        if (role == null ? StorageConfig.isIn(path) : role.equals("storage")) {
            storage(StorageConfig.read(path));
        } else {
            member(ConfigReader.read(path));
        }
    }

    private void storage(StorageConfig config) {
        if (check) {
            session.output().line("ok: storage node of " + config.index());
            return;
        }
        logTo(config.log());
        StorageProcess storage = StorageProcess.start(config, BuildVersion.text());
        CountDownLatch stopped = new CountDownLatch(1);
        Shutdown.onSignal(storage::close, stopped);
        Shutdown.await(stopped);
    }

    private void logTo(NodeConfig.LogStyle log) {
        boolean json = log.format().equals("json")
                || (log.format().equals("auto") && !session.console().interactive());
        LogSetup.toConsole(json, log.level());
    }

    private void member(NodeConfig config) {
        if (check) {
            session.output().line("ok: member " + config.memberId() + " of cluster " + config.clusterId());
            return;
        }
        logTo(config.log());
        MemberProcess member = MemberProcess.open(config, BuildVersion.text(), session.clock());
        CountDownLatch stopped = new CountDownLatch(1);
        Shutdown.onSignal(member::close, stopped);
        member.start();
        Shutdown.await(stopped);
    }
}
