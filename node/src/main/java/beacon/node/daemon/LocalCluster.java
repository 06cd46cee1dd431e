package beacon.node.daemon;

import beacon.index.ratis.MemberStatus.Role;
import beacon.index.tls.TlsFiles;
import beacon.node.ca.CertificateAuthority;
import beacon.node.ca.CertificateRequest;
import beacon.node.ca.LogKey;
import beacon.node.config.Endpoint;
import beacon.node.config.NodeConfig;
import beacon.node.config.NodeConfig.MemberEntry;
import beacon.proto.grpc.PeerIdentity;
import beacon.proto.grpc.PeerIdentity.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster in one process, each member with its own directory, certificate and ports, under one home. The first
 * start makes everything; a later one continues.
 */
public final class LocalCluster implements AutoCloseable {
    public static final int MEMBERS = 3;

    /** In a home: client addresses of the members, one a line. Its presence says that the home is complete. */
    public static final String ENDPOINTS_FILE = "endpoints";

    public static final String CLIENT_DIRECTORY = "client";
    public static final String CA_DIRECTORY = "ca";

    private static final String LOCK_FILE = "lock";
    private static final String CLUSTER = "beacon";
    private static final String HOST = "127.0.0.1";
    private static final Duration VALIDITY = Duration.ofDays(3600);

    private final Path home;
    private final List<MemberEntry> members;
    private final FileChannel lock;
    private final List<MemberProcess> running = new ArrayList<>();

    private LocalCluster(Path home, List<MemberEntry> members, FileChannel lock) {
        this.home = home;
        this.members = members;
        this.lock = lock;
    }

    /**
     * Opens a home, made when there is none.
     *
     * @param firstPort for a new home: the first of the ports to try; 3 for clients, 3 for Raft, 3 for HTTP follow at
     *     distances of 10
     */
    public static LocalCluster prepare(Path home, int firstPort, InstantSource clock) {
        try {
            Files.createDirectories(home);
            FileChannel lock = lock(home);
            Path endpoints = home.resolve(ENDPOINTS_FILE);
            if (!Files.exists(endpoints)) {
                List<Endpoint> chosen = Ports.free(HOST, firstPort, MEMBERS);
                certificates(home, clock);
                Path temporary = home.resolve(ENDPOINTS_FILE + ".new");
                Files.write(temporary, chosen.stream().map(Endpoint::toString).toList());
                Files.move(temporary, endpoints, StandardCopyOption.ATOMIC_MOVE);
            }
            List<MemberEntry> members = new ArrayList<>();
            for (String line : Files.readAllLines(endpoints)) {
                Endpoint client = Endpoint.parse(line.strip());
                members.add(new MemberEntry(
                        "m" + (members.size() + 1), client.withPort(client.port() + Ports.RAFT), client));
            }
            return new LocalCluster(home, members, lock);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to make or read the home " + home, e);
        }
    }

    private static FileChannel lock(Path home) throws IOException {
        FileChannel channel =
                FileChannel.open(home.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another cluster of this process has it: the same answer.
        }
        if (held == null) {
            channel.close();
            throw new IOException(
                    "expected to be the only cluster in " + home + ", but found that one is running there");
        }
        return channel;
    }

    /** A first start that was cut off is continued: what is there stays. */
    private static void certificates(Path home, InstantSource clock) {
        Path directory = home.resolve(CA_DIRECTORY);
        CertificateAuthority ca = CertificateAuthority.existsIn(directory)
                ? CertificateAuthority.open(directory, clock)
                : CertificateAuthority.create(directory, CLUSTER, "Beacon local cluster", clock);
        for (int i = 1; i <= MEMBERS; i++) {
            issue(ca, home.resolve("m" + i).resolve("tls"), Kind.MEMBER, "m" + i);
        }
        issue(ca, home.resolve(CLIENT_DIRECTORY), Kind.OPERATOR, "local");
    }

    private static void issue(CertificateAuthority ca, Path target, Kind kind, String name) {
        TlsFiles files = TlsFiles.in(target);
        if (!Files.exists(files.ca())) {
            ca.issue(target, new CertificateRequest(new PeerIdentity(CLUSTER, kind, name), List.of(HOST), VALIDITY));
        }
    }

    /** A certificate of this cluster in its home, made when there is none. */
    public static TlsFiles certificate(Path home, Kind kind, String name, InstantSource clock) {
        Path target = home.resolve(name).resolve("tls");
        issue(CertificateAuthority.open(home.resolve(CA_DIRECTORY), clock), target, kind, name);
        return TlsFiles.in(target);
    }

    /** Members and what they listen on. */
    public List<MemberEntry> members() {
        return members;
    }

    /** Where a member answers HTTP. */
    public Endpoint http(MemberEntry member) {
        return member.client().withPort(member.client().port() + Ports.HTTP);
    }

    /** Starts every member; returns when each takes part. */
    public void start(String version, InstantSource clock) {
        for (MemberEntry member : members) {
            running.add(MemberProcess.open(config(member), version, clock));
        }
        ExecutorService threads = Executors.newFixedThreadPool(members.size());
        try {
            CompletableFuture.allOf(running.stream()
                            .map(each -> CompletableFuture.runAsync(each::start, threads))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } finally {
            threads.shutdown();
        }
    }

    private NodeConfig config(MemberEntry member) {
        Path directory = home.resolve(member.id());
        TlsFiles tls = TlsFiles.in(directory.resolve("tls"));
        return new NodeConfig(
                member.id(),
                CLUSTER,
                directory.resolve("data"),
                members,
                new NodeConfig.Listen(member.client(), member.client(), member.raft(), member.raft(), http(member)),
                tls,
                tls.key().resolveSibling(LogKey.KEY_FILE),
                NodeConfig.RaftTuning.DEFAULT,
                NodeConfig.Limits.DEFAULT,
                NodeConfig.Stewardship.DEFAULT,
                NodeConfig.LogStyle.DEFAULT);
    }

    /** Id of the leader, as the members know it now. */
    public Optional<String> leader() {
        return running.stream()
                .map(MemberProcess::status)
                .filter(status -> status.role() == Role.LEADER)
                .map(status -> status.leaderId())
                .filter(id -> !id.isEmpty())
                .findFirst();
    }

    /** Last sequence of the history that is there. */
    public long lastSequence() {
        return running.stream()
                .mapToLong(each -> each.status().lastSequence())
                .max()
                .orElse(0);
    }

    @Override
    public void close() {
        // All at once: one after the other, the last ones would wait for a quorum that is gone.
        running.parallelStream().forEach(MemberProcess::closeWithAll);
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
