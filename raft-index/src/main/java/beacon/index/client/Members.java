package beacon.index.client;

import beacon.index.tls.TlsFiles;
import beacon.proto.v1.ClusterServiceGrpc;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.GetStatusRequest;
import beacon.proto.v1.Member;
import beacon.proto.v1.MemberRole;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Channels to the members, and which of them leads as far as is known. Thread-safe. */
final class Members implements AutoCloseable {
    private static final int MAX_MEMBERS = 32;
    private static final int MAX_MESSAGE_BYTES = 16 << 20;
    private static final long STATUS_SECONDS = 3;

    private final @Nullable SslContext ssl;
    private final Map<String, ManagedChannel> channels = new LinkedHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile @Nullable String leader;
    private volatile long lastSequence;
    private boolean closed;

    Members(List<String> endpoints, @Nullable TlsFiles tls) {
        ssl = tls == null ? null : tls.clientContext();
        endpoints.forEach(this::channel);
    }

    /** The channel to a member; made at first use. */
    final synchronized ManagedChannel channel(String target) {
        if (closed) {
            throw new IllegalStateException("expected an open client, but found a closed one");
        }
        return channels.computeIfAbsent(target, this::open);
    }

    private ManagedChannel open(String target) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget(target)
                .directExecutor()
                .intercept(new OwnContext())
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .flowControlWindow(4 << 20)
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(false);
        return (ssl == null ? builder.usePlaintext() : builder.sslContext(ssl)).build();
    }

    /** Known targets, the one to try next first. */
    synchronized List<String> targets() {
        List<String> all = new ArrayList<>(channels.keySet());
        java.util.Collections.rotate(all, -Math.floorMod(turn.getAndIncrement(), all.size()));
        return all;
    }

    @Nullable
    String leader() {
        return leader;
    }

    /** A member said who leads; or, with an empty text, that it does not. */
    void hint(@Nullable String target) {
        leader = target == null || target.isEmpty() ? null : target;
    }

    /** Last sequence heard of. */
    long lastSequence() {
        return lastSequence;
    }

    synchronized void heard(long sequence) {
        if (sequence > lastSequence) {
            lastSequence = sequence;
        }
    }

    /** Asks all members at once; completes with the leader's target, or empty when no one knows one. */
    CompletableFuture<String> findLeader() {
        CompletableFuture<String> found = new CompletableFuture<>();
        List<String> targets = targets();
        AtomicInteger open = new AtomicInteger(targets.size());
        for (String target : targets) {
            ClusterServiceGrpc.newStub(channel(target))
                    .withDeadlineAfter(STATUS_SECONDS, TimeUnit.SECONDS)
                    .getStatus(GetStatusRequest.getDefaultInstance(), new StreamObserver<>() {
                        @Override
                        public void onNext(GetStatusReply status) {
                            learn(status);
                            if (status.getRole() == MemberRole.MEMBER_ROLE_LEADER) {
                                hint(target);
                                found.complete(target);
                            }
                        }

                        @Override
                        public void onError(Throwable failure) {
                            answered();
                        }

                        @Override
                        public void onCompleted() {
                            answered();
                        }

                        private void answered() {
                            if (open.decrementAndGet() == 0) {
                                found.complete("");
                            }
                        }
                    });
        }
        return found;
    }

    private synchronized void learn(GetStatusReply status) {
        heard(status.getLastSequence());
        for (Member member : status.getMembersList()) {
            if (!closed
                    && channels.size() < MAX_MEMBERS
                    && !member.getClientAddress().isEmpty()) {
                channel(member.getClientAddress());
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
