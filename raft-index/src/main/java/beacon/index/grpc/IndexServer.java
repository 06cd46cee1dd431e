package beacon.index.grpc;

import beacon.index.observe.IndexObserver;
import beacon.index.ratis.IndexMember;
import beacon.index.tls.TlsFiles;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The gRPC server of one member: services, health, reflection, transport security, limits, graceful end. */
public final class IndexServer implements AutoCloseable {
    private static final int SLOW_CALLS = 8;
    private static final int SLOW_QUEUE = 64;

    private final Server server;
    private final StreamCalls streams;
    private final HealthStatusManager health;
    private final ExecutorService slow;
    private final ServiceLimits limits;

    private IndexServer(
            Server server,
            StreamCalls streams,
            HealthStatusManager health,
            ExecutorService slow,
            ServiceLimits limits) {
        this.server = server;
        this.streams = streams;
        this.health = health;
        this.slow = slow;
        this.limits = limits;
    }

    /**
     * What a server needs besides its member.
     *
     * @param more services of the member's process that are not the index's own
     */
    public record Options(
            InetSocketAddress listen,
            @Nullable TlsFiles tls,
            ServiceLimits limits,
            IndexObserver observer,
            String version,
            List<BindableService> more) {
        public Options {
            more = List.copyOf(more);
        }

        /** Options without further services. */
        public Options(
                InetSocketAddress listen,
                @Nullable TlsFiles tls,
                ServiceLimits limits,
                IndexObserver observer,
                String version) {
            this(listen, tls, limits, observer, version, List.of());
        }
    }

    /** Starts serving. The member need not take part yet; until then it answers that it is catching up. */
    public static IndexServer start(IndexMember member, Options options) {
        ServiceLimits limits = options.limits();
        StreamCalls streams = new StreamCalls(member, limits.maxStreams(), limits.streamStall(), options.observer());
        HealthStatusManager health = new HealthStatusManager();
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
        ThreadPoolExecutor slow = new ThreadPoolExecutor(
                SLOW_CALLS, SLOW_CALLS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(SLOW_QUEUE), task -> {
                    Thread thread =
                            new Thread(task, "beacon-" + member.settings().memberId() + "-slow-call");
                    thread.setDaemon(true);
                    return thread;
                });
        slow.allowCoreThreadTimeOut(true);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(options.listen())
                // Handlers only decode and hand over, so they run where the bytes arrive.
                .directExecutor()
                .intercept(new ActorInterceptor(options.tls() != null))
                .addService(new IndexGrpc(member, streams))
                .addService(new AuditGrpc(member))
                .addService(new ClusterGrpc(member, slow, options.version()))
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                .maxInboundMessageSize(limits.maxMessageBytes())
                .maxInboundMetadataSize(16 << 10)
                .maxConcurrentCallsPerConnection(limits.maxCallsPerConnection())
                .flowControlWindow(4 << 20)
                .handshakeTimeout(10, TimeUnit.SECONDS)
                .keepAliveTime(30, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        options.more().forEach(builder::addService);
        if (options.tls() != null) {
            builder.sslContext(options.tls().serverContext());
        }
        try {
            Server server = builder.build().start();
            return new IndexServer(server, streams, health, slow, limits);
        } catch (IOException e) {
            streams.close();
            slow.shutdownNow();
            throw new UncheckedIOException("expected to listen on %s, but could not".formatted(options.listen()), e);
        }
    }

    /** Tells health checks whether the member serves. */
    public void serving(boolean yes) {
        health.setStatus(
                HealthStatusManager.SERVICE_NAME_ALL_SERVICES, yes ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    }

    /** Port it listens on. */
    public int port() {
        return server.getPort();
    }

    /** Takes no new calls, ends streams with the place to resume, lets the others finish for a while, then stops. */
    @Override
    public void close() {
        health.enterTerminalState();
        server.shutdown();
        streams.close();
        try {
            if (!server.awaitTermination(limits.drain().toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            server.shutdownNow();
        }
        slow.shutdownNow();
    }
}
