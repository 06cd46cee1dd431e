package beacon.keys.client;

import beacon.proto.v1.CustodyServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

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

    /** Makes a call and gives its answer when it comes. */
    <T> CompletableFuture<T> call(
            String endpoint, BiConsumer<CustodyServiceGrpc.CustodyServiceStub, StreamObserver<T>> method) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        method.accept(async(endpoint), new StreamObserver<>() {
            @Override
            public void onNext(T value) {
                answer.complete(value);
            }

            @Override
            public void onError(Throwable error) {
                answer.completeExceptionally(error);
            }

            @Override
            public void onCompleted() {
                // Without an answer nobody would hear of the end.
                answer.completeExceptionally(Status.INTERNAL.asRuntimeException());
            }
        });
        return answer;
    }

    /**
     * Waits for an answer; every call has a deadline.
     *
     * @throws StatusRuntimeException when there is none
     */
    static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            throw Status.fromThrowable(failed)
                    .asRuntimeException(Optional.ofNullable(Status.trailersFromThrowable(failed))
                            .orElseGet(Metadata::new));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withDescription("interrupted").asRuntimeException();
        }
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
