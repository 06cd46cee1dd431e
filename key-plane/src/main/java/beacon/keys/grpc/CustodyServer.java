package beacon.keys.grpc;

import beacon.keys.custodian.Custodian;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The gRPC server of one custodian: mutual TLS, limits, an end in order. */
public final class CustodyServer implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 4 << 20;
    private static final int MAX_CALLS_PER_CONNECTION = 64;
    private static final int DRAIN_SECONDS = 5;

    private final Server server;
    private final ExecutorService workers;

    private CustodyServer(Server server, ExecutorService workers) {
        this.server = server;
        this.workers = workers;
    }

    /**
     * Starts serving.
     *
     * @param tls demands a certificate of every client
     */
    public static CustodyServer start(Custodian custodian, InetSocketAddress listen, SslContext tls) {
        int threads = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
        ExecutorService workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "beacon-custodian");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Server server = NettyServerBuilder.forAddress(listen)
                    .sslContext(tls)
                    .executor(workers)
                    .intercept(new CallerInterceptor())
                    .addService(new CustodyGrpc(custodian))
                    .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                    .maxInboundMetadataSize(16 << 10)
                    .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                    .handshakeTimeout(10, TimeUnit.SECONDS)
                    .keepAliveTime(30, TimeUnit.SECONDS)
                    .keepAliveTimeout(10, TimeUnit.SECONDS)
                    .build()
                    .start();
            return new CustodyServer(server, workers);
        } catch (IOException e) {
            workers.shutdownNow();
            throw new UncheckedIOException("expected to listen on %s, but could not".formatted(listen), e);
        }
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            server.shutdownNow();
        }
        workers.shutdownNow();
    }
}
