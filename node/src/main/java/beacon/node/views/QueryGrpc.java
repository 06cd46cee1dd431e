package beacon.node.views;

import beacon.index.grpc.Calls;
import beacon.index.log.RefusalException;
import beacon.index.ratis.IndexMember;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.ColumnName;
import beacon.proto.v1.Consistency;
import beacon.proto.v1.EndangeredGroup;
import beacon.proto.v1.GetDeletionReply;
import beacon.proto.v1.GetDeletionRequest;
import beacon.proto.v1.GetKeyReply;
import beacon.proto.v1.GetKeyRequest;
import beacon.proto.v1.GetPinReply;
import beacon.proto.v1.GetPinRequest;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.ListColumnsOnReply;
import beacon.proto.v1.ListColumnsOnRequest;
import beacon.proto.v1.ListEndangeredReply;
import beacon.proto.v1.ListEndangeredRequest;
import beacon.proto.v1.ListHoldsReply;
import beacon.proto.v1.ListHoldsRequest;
import beacon.proto.v1.ListNodesReply;
import beacon.proto.v1.ListNodesRequest;
import beacon.proto.v1.ListPinsOnReply;
import beacon.proto.v1.ListPinsOnRequest;
import beacon.proto.v1.ListPinsReply;
import beacon.proto.v1.ListPinsRequest;
import beacon.proto.v1.ListProjectionsReply;
import beacon.proto.v1.ListProjectionsRequest;
import beacon.proto.v1.ListRetentionReply;
import beacon.proto.v1.ListRetentionRequest;
import beacon.proto.v1.ListTombstonesReply;
import beacon.proto.v1.ListTombstonesRequest;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.OrgKeyState;
import beacon.proto.v1.PinState;
import beacon.proto.v1.ProjectionState;
import beacon.proto.v1.QueryServiceGrpc;
import beacon.proto.v1.ReadPosition;
import beacon.steward.Steward;
import beacon.steward.StewardPolicy;
import beacon.views.Checkpoint;
import beacon.views.View;
import beacon.views.ViewException;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import beacon.views.deletions.DeletionsView;
import beacon.views.keys.KeysView;
import beacon.views.nodes.NodesView;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.GroupRef;
import beacon.views.pins.PinsView;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.StreamObserver;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code beacon.v1.QueryService}. Reading state and folding the past happen on threads of their own, few of them. */
public final class QueryGrpc extends QueryServiceGrpc.QueryServiceImplBase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueryGrpc.class);
    private static final int THREADS = 2;
    private static final int QUEUE = 64;
    private static final int MAX_RECORDS = 32;
    private static final int MAX_PAGE = 1_000;
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_NODE_ID = 64;

    private final IndexMember member;
    private final MemberViews views;
    private final ThreadPoolExecutor workers;

    /** Answers from the projections of this member. */
    public QueryGrpc(IndexMember member, MemberViews views) {
        this.member = member;
        this.views = views;
        this.workers = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), task -> {
                    Thread thread =
                            new Thread(task, "beacon-" + member.settings().memberId() + "-query");
                    thread.setDaemon(true);
                    return thread;
                });
        workers.allowCoreThreadTimeOut(true);
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesReply> observer) {
        AsOf asOf = new AsOf(
                request.getConsistency(),
                request.hasAsOfSequence() ? OptionalLong.of(request.getAsOfSequence()) : OptionalLong.empty(),
                request.hasAsOfUnixMicros() ? OptionalLong.of(request.getAsOfUnixMicros()) : OptionalLong.empty());
        read(asOf, observer, () -> {
            int size = pageSize(request.getPageSize());
            try (ViewSnapshot state = state(MemberViews.NODES, asOf)) {
                List<NodeState> nodes =
                        NodesView.list(state, after(request.getPageToken()), size, node -> wanted(request, node));
                ListNodesReply.Builder reply =
                        ListNodesReply.newBuilder().addAllNodes(nodes).setPosition(position(asOf, state));
                if (nodes.size() == size) {
                    byte[] last = nodes.get(size - 1).getNodeId().toByteArray();
                    reply.setNextPageToken(HexFormat.of().formatHex(last));
                }
                return reply.build();
            }
        });
    }

    @Override
    public void getPin(GetPinRequest request, StreamObserver<GetPinReply> observer) {
        AsOf asOf = new AsOf(
                request.getConsistency(),
                request.hasAsOfSequence() ? OptionalLong.of(request.getAsOfSequence()) : OptionalLong.empty(),
                request.hasAsOfUnixMicros() ? OptionalLong.of(request.getAsOfUnixMicros()) : OptionalLong.empty());
        read(asOf, observer, () -> {
            int size = pageSize(request.getPageSize());
            try (ViewSnapshot state = state(MemberViews.PINS, asOf)) {
                PinState pin = PinsView.find(state, request.getManifestCid())
                        .orElseThrow(() -> Calls.refused(
                                Reason.UNKNOWN_ADDRESS,
                                "expected an artifact that is pinned, but found one that is not"));
                int from = Math.max(0, request.getFromGroup());
                List<GroupState> groups = PinsView.groups(state, pin.getManifestCid(), from, size);
                return GetPinReply.newBuilder()
                        .setPin(pin)
                        .addAllGroups(groups)
                        .setNextGroup(groups.isEmpty() ? pin.getGroups() : from + groups.size())
                        .setPosition(position(asOf, state))
                        .build();
            }
        });
    }

    @Override
    public void listPinsOn(ListPinsOnRequest request, StreamObserver<ListPinsOnReply> observer) {
        AsOf now = now(request.getConsistency());
        read(now, observer, () -> {
            int size = pageSize(request.getPageSize());
            ByteString node = nodeId(request.getNodeId());
            try (ViewSnapshot state = state(MemberViews.PINS, now)) {
                List<ByteString> manifests = PinsView.manifestsOn(state, node, after(request.getPageToken()), size);
                ListPinsOnReply.Builder reply = ListPinsOnReply.newBuilder()
                        .addAllManifestCids(manifests)
                        .setPosition(position(now, state));
                if (manifests.size() == size) {
                    byte[] last = manifests.get(size - 1).toByteArray();
                    reply.setNextPageToken(HexFormat.of().formatHex(last));
                }
                return reply.build();
            }
        });
    }

    @Override
    public void listColumnsOn(ListColumnsOnRequest request, StreamObserver<ListColumnsOnReply> observer) {
        AsOf now = now(request.getConsistency());
        read(now, observer, () -> {
            int size = pageSize(request.getPageSize());
            ByteString node = nodeId(request.getNodeId());
            Optional<ColumnRef> from = Optional.of(request.getPageToken())
                    .filter(token -> !token.isEmpty())
                    .map(token -> columnOf(after(token)));
            try (ViewSnapshot state = state(MemberViews.PINS, now)) {
                // One more than asked for: where the next page begins.
                List<ColumnRef> columns = PinsView.columnsOn(state, node, from, size + 1);
                ListColumnsOnReply.Builder reply =
                        ListColumnsOnReply.newBuilder().setPosition(position(now, state));
                columns.stream().limit(size).map(QueryGrpc::name).forEach(reply::addColumns);
                if (columns.size() > size) {
                    byte[] next = name(columns.get(size)).toByteArray();
                    reply.setNextPageToken(HexFormat.of().formatHex(next));
                }
                return reply.build();
            }
        });
    }

    private static ColumnName name(ColumnRef column) {
        return ColumnName.newBuilder()
                .setManifestCid(column.group().manifest())
                .setGroup(column.group().group())
                .setColumn(column.column())
                .build();
    }

    private static ColumnRef columnOf(ByteString token) {
        try {
            ColumnName name = ColumnName.parseFrom(token);
            return new ColumnRef(new GroupRef(name.getManifestCid(), name.getGroup()), name.getColumn());
        } catch (InvalidProtocolBufferException e) {
            throw Calls.refused(
                    Reason.MALFORMED_REQUEST, "expected the page token of an earlier reply, but found another text");
        }
    }

    @Override
    public void listPins(ListPinsRequest request, StreamObserver<ListPinsReply> observer) {
        AsOf now = now(request.getConsistency());
        read(now, observer, () -> {
            int size = pageSize(request.getPageSize());
            try (ViewSnapshot state = state(MemberViews.PINS, now)) {
                List<PinState> pins = PinsView.list(state, after(request.getPageToken()), size);
                ListPinsReply.Builder reply =
                        ListPinsReply.newBuilder().addAllPins(pins).setPosition(position(now, state));
                if (pins.size() == size) {
                    byte[] last = pins.get(size - 1).getManifestCid().toByteArray();
                    reply.setNextPageToken(HexFormat.of().formatHex(last));
                }
                return reply.build();
            }
        });
    }

    @Override
    public void listTombstones(ListTombstonesRequest request, StreamObserver<ListTombstonesReply> observer) {
        AsOf now = now(request.getConsistency());
        read(now, observer, () -> {
            int size = pageSize(request.getPageSize());
            ByteString token = after(request.getPageToken());
            return deletions(states -> (request.getReleased()
                            ? DeletionAnswers.released(states, request.getReleasedAfter(), token, size)
                            : DeletionAnswers.open(
                                    states,
                                    token,
                                    size,
                                    request.getVoter(),
                                    member.view().lastTimeUnixMicros()))
                    .setPosition(position(now, states.deletions()))
                    .build());
        });
    }

    @Override
    public void getDeletion(GetDeletionRequest request, StreamObserver<GetDeletionReply> observer) {
        AsOf now = now(request.getConsistency());
        read(
                now,
                observer,
                () -> deletions(states -> DeletionAnswers.deletion(states, request.getManifestCid())
                        .setPosition(position(now, states.deletions()))
                        .build()));
    }

    @Override
    public void listHolds(ListHoldsRequest request, StreamObserver<ListHoldsReply> observer) {
        AsOf now = now(request.getConsistency());
        read(now, observer, () -> {
            try (ViewSnapshot state = state(MemberViews.DELETIONS, now)) {
                return DeletionAnswers.holds(state, after(request.getPageToken()), pageSize(request.getPageSize()))
                        .setPosition(position(now, state))
                        .build();
            }
        });
    }

    @Override
    public void listRetention(ListRetentionRequest request, StreamObserver<ListRetentionReply> observer) {
        AsOf now = now(request.getConsistency());
        read(now, observer, () -> {
            try (ViewSnapshot state = state(MemberViews.DELETIONS, now)) {
                return ListRetentionReply.newBuilder()
                        .addAllRules(DeletionsView.retention(state))
                        .setPosition(position(now, state))
                        .build();
            }
        });
    }

    private <T> T deletions(Function<DeletionStates, T> question) {
        try (DeletionStates states = DeletionStates.open(views)) {
            return question.apply(states);
        } catch (ViewException e) {
            throw (RefusalException) meaning(e);
        }
    }

    private static AsOf now(Consistency consistency) {
        return new AsOf(consistency, OptionalLong.empty(), OptionalLong.empty());
    }

    private static ByteString nodeId(ByteString bytes) {
        if (bytes.isEmpty() || bytes.size() > MAX_NODE_ID) {
            throw Calls.refused(
                    Reason.MALFORMED_REQUEST,
                    "expected a node id of 1 to %d bytes, but found %d".formatted(MAX_NODE_ID, bytes.size()));
        }
        return bytes;
    }

    @Override
    public void listEndangered(ListEndangeredRequest request, StreamObserver<ListEndangeredReply> observer) {
        AsOf now = now(request.getConsistency());
        read(now, observer, () -> {
            int size = pageSize(request.getPageSize());
            try (ViewSnapshot nodes = state(MemberViews.NODES, now);
                    ViewSnapshot pins = state(MemberViews.PINS, now)) {
                List<Steward.Endangered> all = new Steward(StewardPolicy.DEFAULT)
                        .endangered(nodes, pins, member.view().lastTimeUnixMicros());
                ListEndangeredReply.Builder reply =
                        ListEndangeredReply.newBuilder().setTotal(all.size()).setPosition(position(now, pins));
                all.stream()
                        .limit(size)
                        .forEach(each -> reply.addGroups(EndangeredGroup.newBuilder()
                                .setGroup(PinsView.group(pins, each.group()).orElseThrow())
                                .setWhole(each.whole())
                                .setMargin(each.margin())));
                return reply.build();
            }
        });
    }

    @Override
    public void getKey(GetKeyRequest request, StreamObserver<GetKeyReply> observer) {
        AsOf now = now(request.getConsistency());
        read(now, observer, () -> {
            try (ViewSnapshot state = state(MemberViews.KEYS, now)) {
                Optional<OrgKeyState> key = request.getKeyId().isEmpty()
                        ? KeysView.active(state, request.getDropBox())
                        : KeysView.find(state, request.getKeyId());
                ByteString id = key.map(OrgKeyState::getKeyId).orElse(request.getKeyId());
                List<ByteString> records = KeysView.records(state, id, MAX_RECORDS);
                if (key.isEmpty() && records.isEmpty()) {
                    throw Calls.refused(
                            Reason.UNKNOWN_REFERENCE,
                            "expected a key that the log knows, but found none; make one: beacon key ceremony");
                }
                GetKeyReply.Builder reply =
                        GetKeyReply.newBuilder().addAllRecords(records).setPosition(position(now, state));
                key.ifPresent(reply::setKey);
                return reply.build();
            }
        });
    }

    /** The moment that a question is about: now, after an entry of the log, or at a time. */
    private record AsOf(Consistency consistency, OptionalLong sequence, OptionalLong unixMicros) {}

    private static boolean wanted(ListNodesRequest request, NodeState node) {
        String domain = request.getFailureDomain();
        boolean inside = domain.isEmpty()
                || node.getFailureDomain().equals(domain)
                || node.getFailureDomain().startsWith(domain + '/');
        return inside
                && (request.getConditionsCount() == 0
                        || request.getConditionsList().contains(node.getCondition()));
    }

    private static int pageSize(int asked) {
        if (asked < 0 || asked > MAX_PAGE) {
            throw Calls.refused(
                    Reason.MALFORMED_REQUEST,
                    "expected a page size of 1 to %d, but found %s"
                            .formatted(MAX_PAGE, Integer.toUnsignedString(asked)));
        }
        return asked == 0 ? DEFAULT_PAGE : asked;
    }

    private static ByteString after(String token) {
        try {
            return ByteString.copyFrom(HexFormat.of().parseHex(token));
        } catch (IllegalArgumentException e) {
            throw Calls.refused(
                    Reason.MALFORMED_REQUEST, "expected the page token of an earlier reply, but found another text");
        }
    }

    /** Answers once this member has the state that is asked for. */
    private <T> void read(AsOf asOf, StreamObserver<T> observer, Supplier<T> question) {
        CompletionStage<Void> answered = fresh(asOf.consistency())
                .thenComposeAsync(this::arrived, workers)
                .thenAcceptAsync(arrived -> Calls.answer(observer, question), workers);
        CompletionStage<Void> unused = answered.whenComplete((done, failure) -> {
            if (failure != null) {
                observer.onError(Calls.errorOf(meaning(failure)));
            }
        });
    }

    /** The sequence to wait for; 0 for none. */
    private CompletionStage<Long> fresh(Consistency consistency) {
        try {
            return switch (consistency) {
                case CONSISTENCY_LINEARIZABLE -> member.log().readBarrier();
                case CONSISTENCY_STALE -> CompletableFuture.completedFuture(0L);
                case UNRECOGNIZED ->
                    throw Calls.refused(
                            Reason.MALFORMED_REQUEST, "expected a known consistency, but found an unknown number");
            };
        } catch (RefusalException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<Void> arrived(long sequence) {
        return sequence == 0 ? CompletableFuture.completedFuture(null) : views.reached(sequence);
    }

    private static Throwable meaning(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof java.util.concurrent.CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RejectedExecutionException) {
            return Calls.refused(
                    Reason.TOO_BUSY,
                    "expected at most %d questions at once, but found more; ask again".formatted(QUEUE));
        }
        if (cause instanceof ViewException) {
            return new RefusalException(Refusal.of(
                            Reason.CATCHING_UP,
                            "expected the projections of this member to be usable, but they are not; ask another member")
                    .withRetryAfterMillis(1_000));
        }
        return cause;
    }

    private ViewSnapshot state(View view, AsOf asOf) {
        try {
            ViewSnapshot now = views.snapshot(view);
            long sequence = now.checkpoint().sequence();
            long until = asOf.sequence().orElse(sequence);
            if ((until < 1 && asOf.sequence().isPresent()) || until > sequence) {
                now.close();
                throw new RefusalException(Refusal.of(
                                Reason.BEYOND_END,
                                "expected a sequence from 1 to %d, but found %s"
                                        .formatted(sequence, Long.toUnsignedString(until)))
                        .withSequence(sequence));
            }
            if (until == sequence && asOf.unixMicros().isEmpty()) {
                return now;
            }
            now.close();
            return views.asOf(view, until, asOf.unixMicros().orElse(Long.MAX_VALUE));
        } catch (ViewException e) {
            throw (RefusalException) meaning(e);
        }
    }

    private ReadPosition position(AsOf asOf, ViewSnapshot state) {
        boolean linearizable = asOf.consistency() == Consistency.CONSISTENCY_LINEARIZABLE;
        return ReadPosition.newBuilder()
                .setSequence(state.checkpoint().sequence())
                .setConsistency(asOf.consistency())
                .setAgeMillis(linearizable ? 0 : member.ageMillis().orElse(-1L))
                .build();
    }

    @Override
    public void listProjections(ListProjectionsRequest request, StreamObserver<ListProjectionsReply> observer) {
        Calls.answer(observer, () -> {
            ListProjectionsReply.Builder reply = ListProjectionsReply.newBuilder()
                    .setMemberId(member.settings().memberId());
            views.checkpoints().forEach((name, checkpoint) -> reply.addProjections(projection(name, checkpoint)));
            return reply.build();
        });
    }

    private ProjectionState.Builder projection(String name, Checkpoint checkpoint) {
        ProjectionState.Builder state = ProjectionState.newBuilder()
                .setName(name)
                .setVersion(checkpoint.version())
                .setSequence(checkpoint.sequence())
                .setDigest(checkpoint.digestText());
        for (ViewRunner.Mark mark : views.lastMark(name, checkpoint.sequence())) {
            state.setMarkedSequence(mark.sequence()).setMarkedDigest(mark.digest());
        }
        return state;
    }

    /** Ends what is under way; waits until nothing reads the projections any more. */
    @Override
    public void close() {
        workers.shutdownNow();
        try {
            if (!workers.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("queries_did_not_end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
