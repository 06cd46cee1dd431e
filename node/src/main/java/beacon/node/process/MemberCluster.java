package beacon.node.process;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.index.client.ClientOptions;
import beacon.index.tls.TlsFiles;
import beacon.node.ca.CertificateAuthority;
import beacon.node.ca.CertificateRequest;
import beacon.node.cli.BeaconCli;
import beacon.node.config.Endpoint;
import beacon.node.config.NodeConfig.MemberEntry;
import beacon.proto.grpc.PeerIdentity;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.MemberRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Members of one cluster, each a JVM of its own on loopback with its own directory, certificate and ports. Started,
 * stopped, killed, paused and wiped from outside. Belongs to one thread.
 */
public final class MemberCluster implements AutoCloseable {
    private static final String NAME = "local";
    private static final Duration VALIDITY = Duration.ofDays(2);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final long POLL_NANOS = 20_000_000;

    private final Path directory;
    private final Options options;
    private final Places places;
    private final CertificateAuthority authority;
    private final SplittableRandom random = new SplittableRandom();
    private final Map<String, MemberEntry> members = new LinkedHashMap<>();
    private final Map<String, LocalProcess> processes = new LinkedHashMap<>();
    private final TlsFiles operatorTls;
    private final List<MemberEntry> initial;

    /**
     * How members run.
     *
     * @param main understands {@code node --config FILE}
     * @param count of the first members; their names are m1, m2, …
     * @param jvmFlags for instance {@code -Xmx256m}
     * @param settings of every member's configuration: dotted keys and their values
     * @param readyTimeout how long a start may take
     */
    public record Options(
            Class<?> main, int count, List<String> jvmFlags, Map<String, String> settings, Duration readyTimeout) {
        public Options {
            jvmFlags = List.copyOf(jvmFlags);
            settings = Map.copyOf(settings);
        }

        /** Three members of modest size with every default. */
        public static Options standard() {
            return new Options(BeaconCli.class, 3, List.of("-Xmx384m"), Map.of(), Duration.ofSeconds(60));
        }

        /** Three that start quickly and have little to do: what the optimising compiler takes would not come back. */
        public static Options small() {
            List<String> flags = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
            return new Options(BeaconCli.class, 3, flags, Map.of(), Duration.ofSeconds(90));
        }

        /** With one more setting. */
        public Options with(String key, String value) {
            Map<String, String> more = new LinkedHashMap<>(settings);
            more.put(key, value);
            return new Options(main, count, jvmFlags, more, readyTimeout);
        }
    }

    private MemberCluster(Path directory, Options options, Places places) {
        this.directory = directory.toAbsolutePath().normalize();
        this.options = options;
        this.places = places;
        this.authority = CertificateAuthority.create(
                this.directory.resolve("ca"), NAME, "Beacon on one machine", InstantSource.system());
        for (int i = 1; i <= options.count(); i++) {
            entry("m" + i);
        }
        this.initial = List.copyOf(members.values());
        initial.forEach(each -> writeConfig(each, initial));
        this.operatorTls = issue(PeerIdentity.Kind.OPERATOR, "operator");
    }

    /** Makes directories, certificates and configurations; starts nothing. */
    public static MemberCluster create(Path directory, Options options) {
        return new MemberCluster(directory, options, Places.LOOPBACK);
    }

    /** Makes a cluster, starts it and waits until it has a leader. */
    public static MemberCluster start(Path directory, Options options) {
        return start(directory, options, Places.LOOPBACK);
    }

    /** The same with members that run elsewhere; whoever else gets a certificate is looked up there, too. */
    public static MemberCluster start(Path directory, Options options, Places places) {
        MemberCluster cluster = new MemberCluster(directory, options, places);
        try {
            cluster.ids().forEach(cluster::start);
            cluster.ids().forEach(cluster::awaitReady);
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Starts a member that does not run; does not wait for it. */
    public void start(String id) {
        LocalProcess last = processes.get(id);
        if (last != null && last.isAlive()) {
            throw new IllegalStateException("expected " + id + " not to run, but found pid " + last.pid());
        }
        ProcessBuilder command = JavaCommand.of(
                options.main(),
                options.jvmFlags(),
                List.of("node", "--config", config(id).toString()));
        command.command().addAll(0, places.launcher(id));
        processes.put(id, LocalProcess.start("member " + id, command, home(id).resolve("log")));
    }

    /** Waits until a member takes part and knows a leader; a failure tells what everybody said last. */
    public void awaitReady(String id) {
        try {
            await(id + " to be ready", options.readyTimeout(), () -> {
                LocalProcess process = process(id);
                if (!process.isAlive()) {
                    throw new IllegalStateException(
                            "expected " + id + " to run, but it ended with " + process.exitCode());
                }
                return status(id).filter(MemberCluster::takesPart).isPresent();
            });
        } catch (IllegalStateException e) {
            StringBuilder said = new StringBuilder(String.valueOf(e.getMessage()));
            processes.forEach((member, process) -> said.append("\n--- ")
                    .append(member)
                    .append(": ")
                    .append(status(member))
                    .append('\n')
                    .append(process.logTail()));
            throw new IllegalStateException(said.toString(), e);
        }
    }

    /** SIGKILL. */
    public void kill(String id) {
        process(id).kill();
    }

    /** SIGTERM, and the time to stop in peace. Returns whether it did. */
    public boolean stop(String id) {
        return process(id).stop(STOP_TIMEOUT);
    }

    /** Deletes everything a stopped member kept; its certificate and configuration stay. */
    public void wipe(String id) {
        if (process(id).isAlive()) {
            throw new IllegalStateException("expected " + id + " to be stopped, but it runs");
        }
        delete(data(id));
    }

    /** A new name with a certificate and a configuration that lists the first members and itself; starts nothing. */
    public MemberEntry prepare(String id) {
        MemberEntry entry = entry(id);
        List<MemberEntry> known = new ArrayList<>(initial);
        known.add(entry);
        writeConfig(entry, known);
        return entry;
    }

    /** What a member says about itself; empty when it does not answer soon. */
    public Optional<GetStatusReply> status(String id) {
        String target = member(id).client().toString();
        try (BeaconClient client = BeaconClient.open(new ClientOptions(List.of(target), operatorTls, PROBE_TIMEOUT))) {
            return Optional.of(BeaconClient.await(client.status(target)));
        } catch (ClientException e) {
            return Optional.empty();
        }
    }

    /** Name of the leader that the given members agree on; waits for it. */
    public String awaitLeader(List<String> among) {
        List<String> agreed = new ArrayList<>();
        await("a leader among " + among, options.readyTimeout(), () -> {
            agreed.clear();
            for (String id : among) {
                status(id).ifPresent(status -> agreed.add(status.getLeaderId()));
            }
            return agreed.size() == among.size()
                    && agreed.stream().distinct().count() == 1
                    && among.contains(agreed.get(0));
        });
        return agreed.get(0);
    }

    /** A client with a certificate of its own that knows all members. */
    public BeaconClient client(String name, Duration timeout) {
        return BeaconClient.open(new ClientOptions(endpoints(), issue(PeerIdentity.Kind.CLIENT, name), timeout));
    }

    /** A client that may change the cluster. */
    public BeaconClient operator(Duration timeout) {
        return BeaconClient.open(new ClientOptions(endpoints(), operatorTls, timeout));
    }

    /** A certificate of this cluster's authority, in a directory of its own; the same one for the same name. */
    public TlsFiles issue(PeerIdentity.Kind kind, String name) {
        Path target = directory.resolve("tls").resolve(name);
        if (Files.exists(target)) {
            return TlsFiles.in(target);
        }
        return authority.issue(
                target,
                new CertificateRequest(new PeerIdentity(NAME, kind, name), List.of(places.host(name)), VALIDITY));
    }

    public List<String> ids() {
        return List.copyOf(members.keySet());
    }

    public MemberEntry member(String id) {
        return known(members.get(id), id);
    }

    public LocalProcess process(String id) {
        return known(processes.get(id), id);
    }

    /** Directory of everything the member keeps. */
    public Path data(String id) {
        return home(id).resolve("data");
    }

    public Path config(String id) {
        return home(id).resolve("beacon.yaml");
    }

    public List<String> endpoints() {
        return members.values().stream().map(each -> each.client().toString()).toList();
    }

    /** Waits for a condition; fails when it does not come true in time. */
    public static void await(String what, Duration timeout, BooleanSupplier condition) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("expected " + what + " within " + timeout + ", but it did not come");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() {
        processes.values().forEach(LocalProcess::close);
    }

    private static <T> T known(@Nullable T found, String id) {
        if (found == null) {
            throw new IllegalArgumentException("expected the name of a member that was started, but found " + id);
        }
        return found;
    }

    private static boolean takesPart(GetStatusReply status) {
        return !status.getLeaderId().isEmpty()
                && (status.getRole() == MemberRole.MEMBER_ROLE_LEADER
                        || status.getRole() == MemberRole.MEMBER_ROLE_FOLLOWER);
    }

    private Path home(String id) {
        return directory.resolve(id);
    }

    private MemberEntry entry(String id) {
        List<Integer> ports = FreePorts.find(2, random);
        String host = places.host(id);
        MemberEntry entry = new MemberEntry(id, new Endpoint(host, ports.get(0)), new Endpoint(host, ports.get(1)));
        members.put(id, entry);
        return entry;
    }

    private void writeConfig(MemberEntry self, List<MemberEntry> known) {
        Map<String, String> settings =
                new LinkedHashMap<>(Map.of("http.listen", places.host(self.id()) + ":0", "log.format", "text"));
        settings.putAll(options.settings());
        TlsFiles tls = issue(PeerIdentity.Kind.MEMBER, self.id());
        try {
            Files.createDirectories(home(self.id()));
            Files.writeString(config(self.id()), MemberConfig.text(NAME, self, known, data(self.id()), tls, settings));
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write " + config(self.id()), e);
        }
    }

    private static void delete(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected to delete " + tree, e);
        }
    }
}
