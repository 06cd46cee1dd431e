package beacon.node.cli;

import beacon.index.tls.TlsFiles;
import beacon.node.config.NodeConfig.MemberEntry;
import beacon.node.daemon.LocalCluster;
import beacon.node.daemon.LocalCustodians;
import beacon.node.daemon.LocalStorage;
import beacon.node.logging.LogSetup;
import beacon.proto.grpc.PeerIdentity;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code beacon up}: a whole cluster for one person, in this process. */
@Command(
        name = "up",
        description = {
            "Run a cluster in this process: three members, three custodians with a key, and storage nodes.",
            "Ctrl-C stops it, the next start continues."
        })
final class UpVerb implements Runnable {
    private static final int FIRST_PORT = 7401;
    /** As many as the default coding has columns. */
    private static final int STORAGE_NODES = 14;

    private static final int MOST_STORAGE_NODES = 100;
    /** Distance of the first port of storage nodes from that of the members' clients, and of the custodians'. */
    private static final int STORAGE_PORTS = 100;

    private static final int CUSTODIAN_PORTS = 24;
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

    @Option(
            names = "--storage",
            paramLabel = "N",
            description = "Storage nodes to run; 0 leaves them and the custodians out (default: 14).")
    private int storageNodes = STORAGE_NODES;

    UpVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        if (storageNodes < 0 || storageNodes > MOST_STORAGE_NODES) {
            throw new Failure("USAGE", "expected --storage of 0 to 100, but found " + storageNodes);
        }
        Path home = home();
        LocalCluster cluster = LocalCluster.prepare(home, firstPort, session.clock());
        LogSetup.toFile(home.resolve(LOG_FILE));
        PrintStream err = session.console().err();
        err.println("beacon: starting " + cluster.members().size() + " members in " + home);
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicReference<@Nullable AutoCloseable> fleet = new AtomicReference<>();
        Shutdown.onSignal(
                () -> {
                    err.println("beacon: stopping");
                    close(fleet.get());
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
        if (storageNodes > 0) {
            err.println("beacon: starting " + LocalCustodians.CUSTODIANS + " custodians and " + storageNodes
                    + " storage nodes");
            fleet.set(startFleet(cluster, home));
        }
        print(cluster, home, leader.get());
        Shutdown.await(stopped);
    }

    /** Custodians with a key and storage nodes, each known to the log. */
    private AutoCloseable startFleet(LocalCluster cluster, Path home) {
        List<String> index = cluster.members().stream()
                .map(member -> member.client().toString())
                .toList();
        int base = cluster.members().get(0).client().port();
        List<TlsFiles> tls = new ArrayList<>();
        for (int i = 1; i <= LocalCustodians.CUSTODIANS; i++) {
            tls.add(LocalCluster.certificate(home, PeerIdentity.Kind.CUSTODIAN, "c" + i, session.clock()));
        }
        LocalStorage storage = LocalStorage.start(new LocalStorage.Settings(
                home,
                storageNodes,
                base + STORAGE_PORTS,
                index,
                TlsFiles.in(home.resolve("m1").resolve("tls")),
                BuildVersion.text()));
        try {
            LocalCustodians custodians = LocalCustodians.start(new LocalCustodians.Settings(
                    home,
                    tls,
                    TlsFiles.in(home.resolve(LocalCluster.CLIENT_DIRECTORY)),
                    base + CUSTODIAN_PORTS,
                    index,
                    session.clock()));
            while (!storage.isEnrolled()) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            return () -> {
                custodians.close();
                storage.close();
            };
        } catch (RuntimeException e) {
            storage.close();
            throw e;
        }
    }

    private static void close(@Nullable AutoCloseable part) {
        if (part == null) {
            return;
        }
        try {
            part.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("expected to stop in order", e);
        }
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
        all.addProperty("storage_nodes", storageNodes);
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
            if (storageNodes > 0) {
                output.line("  ./beacon put README.md 'ucxl://any:any@demo:start/*^/readme'");
                output.line("  ./beacon get 'ucxl://any:any@demo:start/*^/readme' --out readme.back");
            }
            output.line("Logs are in " + home.resolve(LOG_FILE) + "; Ctrl-C stops.");
        }
        output.flush();
    }
}
