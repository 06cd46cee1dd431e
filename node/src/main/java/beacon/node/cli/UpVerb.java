package beacon.node.cli;

import beacon.node.config.NodeConfig.MemberEntry;
import beacon.node.daemon.LocalCluster;
import beacon.node.logging.LogSetup;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code beacon up}: a whole cluster for one person, in this process. */
@Command(
        name = "up",
        description = "Run a cluster of three members in this process; Ctrl-C stops it, the next start continues.")
final class UpVerb implements Runnable {
    private static final int FIRST_PORT = 7401;
    private static final String LOG_FILE = "beacon.log";
    private static final long POLL_NANOS = 20_000_000;

    private final Session session;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Where everything is kept (default: $BEACON_HOME or .beacon).")
    private @Nullable Path givenHome;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "First port to try when the cluster is made (default: 7401).")
    private int firstPort = FIRST_PORT;

    UpVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Path home = home();
        LocalCluster cluster = LocalCluster.prepare(home, firstPort, session.clock());
        LogSetup.toFile(home.resolve(LOG_FILE));
        PrintStream err = session.console().err();
        err.println("beacon: starting " + cluster.members().size() + " members in " + home);
        CountDownLatch stopped = new CountDownLatch(1);
        Shutdown.onSignal(
                () -> {
                    err.println("beacon: stopping");
                    cluster.close();
                    err.println("beacon: stopped; the next start continues here");
                },
                stopped);
        cluster.start(BuildVersion.text(), session.clock());
        Optional<String> leader = cluster.leader();
        while (leader.isEmpty()) {
            LockSupport.parkNanos(POLL_NANOS);
            leader = cluster.leader();
        }
        print(cluster, home, leader.get());
        Shutdown.await(stopped);
    }

    private Path home() {
        if (givenHome != null) {
            return session.resolve(givenHome);
        }
        String named = session.environment().get(Profile.HOME_VARIABLE);
        return session.resolve(Path.of(named == null || named.isBlank() ? Profile.HOME_DIRECTORY : named));
    }

    private void print(LocalCluster cluster, Path home, String leader) {
        Output output = session.output();
        JsonObject all = new JsonObject();
        all.addProperty("home", home.toString());
        all.addProperty("leader", leader);
        all.addProperty("last_sequence", cluster.lastSequence());
        JsonArray members = new JsonArray();
        for (MemberEntry member : cluster.members()) {
            JsonObject row = new JsonObject();
            row.addProperty("id", member.id());
            row.addProperty("client", member.client().toString());
            row.addProperty("raft", member.raft().toString());
            row.addProperty("http", "http://" + cluster.http(member) + "/metrics");
            members.add(row);
        }
        all.add("members", members);
        if (output.isJson()) {
            output.object(all);
        } else {
            output.line("Beacon is up: leader " + leader + ", " + cluster.lastSequence() + " events of history");
            for (MemberEntry member : cluster.members()) {
                output.line("  " + member.id() + "  clients " + member.client() + "  http://" + cluster.http(member)
                        + "/metrics");
            }
            output.line("Try, in another terminal:");
            output.line("  ./beacon dr add 'ucxl://any:any@demo:start/*^/hello' --id first \"We begin.\"");
            output.line("  ./beacon replay");
            output.line("  ./beacon status");
            output.line("Logs are in " + home.resolve(LOG_FILE) + "; Ctrl-C stops.");
        }
        output.flush();
    }
}
