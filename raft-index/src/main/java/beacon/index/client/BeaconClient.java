package beacon.index.client;

import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.AuditServiceGrpc;
import beacon.proto.v1.ChangeMembersReply;
import beacon.proto.v1.ClusterServiceGrpc;
import beacon.proto.v1.Event;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.GetStatusRequest;
import beacon.proto.v1.HistoryReply;
import beacon.proto.v1.HistoryRequest;
import beacon.proto.v1.IndexServiceGrpc;
import beacon.proto.v1.ListReply;
import beacon.proto.v1.ListRequest;
import beacon.proto.v1.Member;
import beacon.proto.v1.Precondition;
import beacon.proto.v1.ReplayRequest;
import beacon.proto.v1.ResolveReply;
import beacon.proto.v1.ResolveRequest;
import beacon.proto.v1.WatchRequest;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * A client of the index. Thread-safe; one per process is enough. Appends that are in flight together travel together, so
 * issue them without waiting for each other where order does not matter.
 */
public final class BeaconClient implements AutoCloseable {
    private final Members members;
    private final AppendPipeline pipeline;
    private final RetryingCalls calls;
    private final ScheduledExecutorService timer;
    private final long timeoutNanos;
    private final RequestIds requestIds = new RequestIds();

    private BeaconClient(ClientOptions options) {
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "beacon-client-timer");
            thread.setDaemon(true);
            return thread;
        });
        this.timeoutNanos = options.timeout().toNanos();
        this.members = new Members(options.endpoints(), options.tls());
        this.pipeline = new AppendPipeline(members, timer);
        this.calls = new RetryingCalls(members, timer);
    }

    /** Makes a client; it connects when first asked for something. */
    public static BeaconClient open(ClientOptions options) {
        return new BeaconClient(options);
    }

    /** Appends events that all become history or none does. Completes exceptionally with {@link ClientException}. */
    public CompletableFuture<Accepted> append(List<Event> events, List<Precondition> preconditions) {
        return append(request(events, preconditions));
    }

    /** Appends one event. */
    public CompletableFuture<Accepted> append(Event event) {
        return append(List.of(event), List.of());
    }

    /** Appends under the request's own id; sending an equal request again, ever, gets the same answer. */
    public CompletableFuture<Accepted> append(AppendRequest request) {
        return pipeline.append(request, System.nanoTime() + timeoutNanos);
    }

    /** Appends by a single call instead of the stream, with the same promises. */
    public CompletableFuture<Accepted> appendUnary(AppendRequest request) {
        CompletableFuture<Accepted> result = calls.append(
                (channel, observer) -> IndexServiceGrpc.newStub(channel)
                        .withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS)
                        .append(request, observer),
                System.nanoTime() + timeoutNanos);
        return result.thenApply(accepted -> {
            members.heard(accepted.getFirstSequence() + accepted.getCount() - 1);
            return accepted;
        });
    }

    /** A request with a fresh id that knows how far the client has seen the log. */
    public AppendRequest request(List<Event> events, List<Precondition> preconditions) {
        return AppendRequest.newBuilder()
                .setRequestId(requestIds.next())
                .setIssuedAtSequence(members.lastSequence())
                .addAllEvents(events)
                .addAllPreconditions(preconditions)
                .build();
    }

    public CompletableFuture<ResolveReply> resolve(ResolveRequest request) {
        return read((channel, observer) -> IndexServiceGrpc.newStub(channel)
                .withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS)
                .resolve(request, observer));
    }

    public CompletableFuture<ListReply> list(ListRequest request) {
        return read((channel, observer) -> IndexServiceGrpc.newStub(channel)
                .withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS)
                .list(request, observer));
    }

    public CompletableFuture<HistoryReply> history(HistoryRequest request) {
        return read((channel, observer) -> IndexServiceGrpc.newStub(channel)
                .withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS)
                .history(request, observer));
    }

    /** How the member behind a target is. */
    public CompletableFuture<GetStatusReply> status(String target) {
        return calls.once(
                (channel, observer) -> cluster(channel).getStatus(GetStatusRequest.getDefaultInstance(), observer),
                target);
    }

    /** Asks a question of the member behind a target, once. */
    public <T> CompletableFuture<T> at(String target, BiConsumer<ManagedChannel, StreamObserver<T>> call) {
        return calls.once(call, target);
    }

    /** Asks a question that changes nothing, of the leader if known, again elsewhere while there is time. */
    public <T> CompletableFuture<T> read(BiConsumer<ManagedChannel, StreamObserver<T>> call) {
        return calls.read(call, System.nanoTime() + timeoutNanos);
    }

    /** A range of history. Blocks in {@link EventCursor#next}; close it. */
    public EventCursor replay(ReplayRequest request) {
        return EventCursor.open(
                members.channel(bestTarget()),
                (channel, observer) -> IndexServiceGrpc.newStub(channel).replay(request, observer));
    }

    /**
     * History from a sequence on and then what comes. When the member goes away, the cursor resumes at another one
     * without gap or duplicate.
     */
    public ResumingWatch watch(WatchRequest request) {
        return new ResumingWatch(members, request);
    }

    /** A blocking stub of the audit service of some member. */
    public AuditServiceGrpc.AuditServiceBlockingStub audit() {
        return AuditServiceGrpc.newBlockingStub(members.channel(bestTarget()))
                .withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS);
    }

    /** Asks the cluster service of whoever leads, again elsewhere while there is time; for what may be asked twice. */
    public <T> CompletableFuture<T> atLeader(
            BiConsumer<ClusterServiceGrpc.ClusterServiceStub, StreamObserver<T>> call) {
        return read((channel, observer) -> call.accept(cluster(channel), observer));
    }

    /**
     * Changes the members and completes with those there are then. A try whose answer is lost is repeated, and a
     * repeated one that finds the change done succeeds; a first one gets the refusal.
     */
    public CompletableFuture<List<Member>> changeMembers(MemberChange change) {
        return calls.change(
                        (ManagedChannel channel, StreamObserver<ChangeMembersReply> observer) ->
                                change.ask(cluster(channel), observer),
                        change.doubt(this::status),
                        System.nanoTime() + timeoutNanos)
                .thenApply(ChangeMembersReply::getMembersList);
    }

    private ClusterServiceGrpc.ClusterServiceStub cluster(ManagedChannel channel) {
        return ClusterServiceGrpc.newStub(channel).withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS);
    }

    /** A blocking stub of the cluster service of the leader. */
    public ClusterServiceGrpc.ClusterServiceBlockingStub leaderCluster() {
        return ClusterServiceGrpc.newBlockingStub(members.channel(leaderTarget()));
    }

    /** Target of the leader. */
    public String leaderTarget() {
        String known = members.leader();
        if (known != null) {
            return known;
        }
        String found = await(members.findLeader());
        if (found.isEmpty()) {
            throw new ClientException(
                    Refusal.of(Reason.NO_LEADER, "expected a member that leads, but found none; try again"));
        }
        return found;
    }

    /** The leader, which has everything that was acknowledged; without one, any member and what it has. */
    private String bestTarget() {
        try {
            return leaderTarget();
        } catch (ClientException e) {
            return members.targets().get(0);
        }
    }

    /** Waits for a result; throws what it failed with. */
    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException(Refusal.of(Reason.OUTCOME_UNKNOWN, "interrupted while waiting for an answer"));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof ClientException known) {
                throw new ClientException(known.refusal());
            }
            throw new ClientException(StatusMapper.refusalOf(cause).orElseGet(() -> RetryingCalls.unreachable(cause)));
        }
    }

    @Override
    public void close() {
        pipeline.close();
        calls.close();
        timer.shutdownNow();
        members.close();
    }

    /** Fresh request ids: random, so that no two clients ever meet. */
    private static final class RequestIds {
        private final SecureRandom random = new SecureRandom();
        private final byte[] pool = new byte[4096];
        private int used = pool.length;

        synchronized ByteString next() {
            if (used == pool.length) {
                random.nextBytes(pool);
                used = 0;
            }
            ByteString id = ByteString.copyFrom(ByteBuffer.wrap(pool, used, 16));
            used += 16;
            return id;
        }
    }
}
