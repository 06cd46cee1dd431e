package beacon.keys.client;

import beacon.proto.v1.CustodyServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Connections to custodians, each made at first use. */
public final class Channels implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 4 << 20;

    private final SslContext tls;
    private final Duration timeout;
    private final Map<String, ManagedChannel> channels = new LinkedHashMap<>();

    /**
     * Connections.
     *
     * @param tls shows the caller's certificate
     * @param timeout of one call
     */
    public Channels(SslContext tls, Duration timeout) {
        this.tls = tls;
        this.timeout = timeout;
    }

    private synchronized ManagedChannel channel(String endpoint) {
        return channels.computeIfAbsent(
                endpoint,
                target -> NettyChannelBuilder.forTarget(target)
                        .sslContext(tls)
                        .directExecutor()
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                        .build());
    }

    CustodyServiceGrpc.CustodyServiceBlockingStub blocking(String endpoint) {
        return CustodyServiceGrpc.newBlockingStub(channel(endpoint))
                .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    CustodyServiceGrpc.CustodyServiceStub async(String endpoint) {
        return CustodyServiceGrpc.newStub(channel(endpoint))
                .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        channels.clear();
    }
}
