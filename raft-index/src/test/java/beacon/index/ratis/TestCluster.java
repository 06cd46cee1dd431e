package beacon.index.ratis;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientOptions;
import beacon.index.grpc.IndexServer;
import beacon.index.grpc.ServiceLimits;
import beacon.index.observe.IndexObserver;
import beacon.index.ratis.MemberSettings.MemberAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Members with real Raft, real files and real sockets, in this process and without TLS. */
public final class TestCluster implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Path directory;
    private final List<MemberAddress> addresses;
    private final UnaryOperator<MemberSettings> tuning;
    private final AtomicInteger endedStreams = new AtomicInteger();
    private final Map<String, Running> running = new LinkedHashMap<>();

    private record Running(IndexMember member, IndexServer server) {}

    private TestCluster(Path directory, int members, UnaryOperator<MemberSettings> tuning) {
        this.directory = directory;
        this.tuning = tuning;
        this.addresses = addresses(members);
    }

    /** Starts all members and waits for a leader. */
    public static TestCluster start(Path directory, int members, UnaryOperator<MemberSettings> tuning) {
        TestCluster cluster = new TestCluster(directory, members, tuning);
        cluster.addresses.forEach(address -> cluster.open(address.id()));
        List<Thread> starts = new ArrayList<>();
        for (Running each : cluster.running.values()) {
            Thread thread = new Thread(each.member()::start);
            thread.start();
            starts.add(thread);
        }
        starts.forEach(TestCluster::join);
        cluster.awaitLeader();
        return cluster;
    }

    /** Starts the first member when all answer, and the others when it has begun; waits for a leader. */
    static TestCluster startFirstAlone(Path directory, int members) {
        TestCluster cluster = new TestCluster(directory, members, UnaryOperator.identity());
        cluster.addresses.forEach(address -> cluster.open(address.id()));
        List<Thread> starts = new ArrayList<>();
        for (Running each : cluster.running.values()) {
            Thread thread = new Thread(each.member()::start);
            thread.setDaemon(true);
            thread.start();
            starts.add(thread);
            if (starts.size() == 1) {
                await(() -> each.member().status().role() != MemberStatus.Role.CATCHING_UP);
            }
        }
        cluster.awaitLeader();
        starts.forEach(TestCluster::join);
        return cluster;
    }

    private static void join(Thread thread) {
        try {
            thread.join(DEADLINE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<MemberAddress> addresses(int count) {
        List<MemberAddress> addresses = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            addresses.add(new MemberAddress("m" + i, "127.0.0.1:" + freePort(), "127.0.0.1:" + freePort()));
        }
        return addresses;
    }

    public static int freePort() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(null);
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void open(String id) {
        MemberAddress self = address(id);
        MemberSettings settings = settings(id);
        IndexMember member =
                IndexMember.open(settings, TestKeys.signer("test"), IndexObserver.NONE, InstantSource.system());
        int port = Integer.parseInt(
                self.clientAddress().substring(self.clientAddress().lastIndexOf(':') + 1));
        IndexServer server = IndexServer.start(
                member,
                new IndexServer.Options(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        null,
                        new ServiceLimits(4 << 20, 2_048, 256, Duration.ofSeconds(5), Duration.ofSeconds(2)),
                        new IndexObserver() {
                            @Override
                            public void watcherEnded() {
                                endedStreams.incrementAndGet();
                            }
                        },
                        "test"));
        running.put(id, new Running(member, server));
    }

    MemberSettings settings(String id) {
        return tuning.apply(MemberSettings.of("test", address(id), addresses, directory.resolve(id), null));
    }

    /** Opens and starts a member that the others still have to add. */
    public MemberAddress addMember(String id) {
        MemberAddress address = new MemberAddress(id, "127.0.0.1:" + freePort(), "127.0.0.1:" + freePort());
        addresses.add(address);
        open(id);
        running.get(id).member().start();
        return address;
    }

    /** Replays and watches that members have ended. */
    public int endedStreams() {
        return endedStreams.get();
    }

    public MemberAddress address(String id) {
        return addresses.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    public IndexMember member(String id) {
        return running.get(id).member();
    }

    public List<String> ids() {
        return List.copyOf(running.keySet());
    }

    /** Starts a member again after {@link #stop}. */
    public void restart(String id) {
        open(id);
        running.get(id).member().start();
    }

    public void stop(String id) {
        Running gone = running.remove(id);
        gone.server().close();
        gone.member().close();
    }

    public Path dataDirectory(String id) {
        return directory.resolve(id);
    }

    /** Id of the leader, as soon as there is one. */
    public String awaitLeader() {
        String[] leader = new String[1];
        await(() -> {
            for (Map.Entry<String, Running> each : running.entrySet()) {
                if (each.getValue().member().status().role() == MemberStatus.Role.LEADER) {
                    leader[0] = each.getKey();
                    return true;
                }
            }
            return false;
        });
        return leader[0];
    }

    /** Waits until the condition holds. */
    public static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected the condition to hold within " + DEADLINE);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }

    /** A client that knows all members. */
    public BeaconClient client() {
        return BeaconClient.open(new ClientOptions(
                addresses.stream().map(MemberAddress::clientAddress).toList(), null, Duration.ofSeconds(20)));
    }

    @Override
    public void close() {
        for (String id : ids()) {
            stop(id);
        }
    }
}
