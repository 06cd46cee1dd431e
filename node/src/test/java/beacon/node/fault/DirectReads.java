package beacon.node.fault;

import beacon.index.tls.TlsFiles;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.IndexServiceGrpc;
import beacon.proto.v1.ResolveReply;
import beacon.proto.v1.ResolveRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Linearizable reads of one address from one member, whatever it is, without anything that looks for a better one. */
final class DirectReads implements AutoCloseable {
    /** Instead of a revision: the member said that it may not answer, or did not. */
    static final long REFUSED = -1;

    private static final int DEADLINE_SECONDS = 40;
    private static final Set<Reason> FITTING =
            EnumSet.of(Reason.NOT_LEADER, Reason.NO_LEADER, Reason.CATCHING_UP, Reason.OUTCOME_UNKNOWN);

    private final ManagedChannel channel;

    DirectReads(String target, TlsFiles tls) {
        channel = NettyChannelBuilder.forTarget(target)
                .sslContext(tls.clientContext())
                .build();
    }

    /** Completes with the newest revision, or {@link #REFUSED}; exceptionally with anything else. */
    CompletableFuture<Long> revision(String address) {
        CompletableFuture<Long> result = new CompletableFuture<>();
        IndexServiceGrpc.newStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .resolve(ResolveRequest.newBuilder().setAddress(address).build(), new StreamObserver<>() {
                    @Override
                    public void onNext(ResolveReply reply) {
                        result.complete(reply.getPointer().getRevision());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        if (isFitting(failure)) {
                            result.complete(REFUSED);
                        } else {
                            result.completeExceptionally(failure);
                        }
                    }

                    @Override
                    public void onCompleted() {
                        // The answer came before.
                    }
                });
        return result;
    }

    private static boolean isFitting(Throwable failure) {
        Optional<Refusal> refusal = StatusMapper.refusalOf(failure);
        return refusal.map(known -> FITTING.contains(known.reason()))
                .orElseGet(() -> Status.fromThrowable(failure).getCode() == Status.Code.DEADLINE_EXCEEDED);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
