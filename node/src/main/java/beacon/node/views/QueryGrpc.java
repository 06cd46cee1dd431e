package beacon.node.views;

import beacon.index.grpc.Calls;
import beacon.index.log.RefusalException;
import beacon.index.ratis.IndexMember;
import beacon.model.Reason;
import beacon.proto.v1.ColumnName;
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
import beacon.steward.Steward;
import beacon.steward.StewardPolicy;
import beacon.views.Checkpoint;
import beacon.views.Listing;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import beacon.views.deletions.DeletionsView;
import beacon.views.keys.KeysView;
import beacon.views.nodes.NodesView;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.NodeColumns;
import beacon.views.pins.PinsView;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.stub.StreamObserver;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** {@code beacon.v1.QueryService}: any projection, now or as it was. */
public final class QueryGrpc extends QueryServiceGrpc.QueryServiceImplBase implements AutoCloseable {
    private static final int MAX_RECORDS = 32;
    private static final int MAX_PAGE = 1_000;
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_NODE_ID = 64;

    private final IndexMember member;
    private final MemberViews views;
    private final Reads reads;

    /** Answers from the projections of this member. */
    public QueryGrpc(IndexMember member, MemberViews views) {
        this.member = member;
        this.views = views;
        this.reads = new Reads(member, views);
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesReply> observer) {
        reads.answer(AsOf.of(request), List.of(MemberViews.NODES), observer, answer -> {
            int size = pageSize(request.getPageSize());
            ViewSnapshot state = answer.of(MemberViews.NODES);
            List<NodeState> nodes =
                    NodesView.list(state, after(request.getPageToken()), size, node -> wanted(request, node));
            ListNodesReply.Builder reply =
                    ListNodesReply.newBuilder().addAllNodes(nodes).setPosition(answer.position(MemberViews.NODES));
            if (nodes.size() == size) {
                reply.setNextPageToken(hex(nodes.get(size - 1).getNodeId()));
            }
            return reply.build();
        });
    }

    @Override
    public void getPin(GetPinRequest request, StreamObserver<GetPinReply> observer) {
        pins(request, observer, answer -> {
            int size = pageSize(request.getPageSize());
            ViewSnapshot state = answer.of(MemberViews.PINS);
            PinState pin = PinsView.find(state, request.getManifestCid())
                    .orElseThrow(() -> Calls.refused(
                            Reason.UNKNOWN_ADDRESS, "expected an artifact that is pinned, but found one that is not"));
            int from = Math.max(0, request.getFromGroup());
            List<GroupState> groups = PinsView.groups(state, pin.getManifestCid(), from, size);
            return GetPinReply.newBuilder()
                    .setPin(pin)
                    .addAllGroups(groups)
                    .setNextGroup(groups.isEmpty() ? pin.getGroups() : from + groups.size())
                    .setPosition(answer.position(MemberViews.PINS))
                    .build();
        });
    }

    /** Answers from the pins alone. */
    private <T> void pins(Message request, StreamObserver<T> observer, Function<Reads.Answer, T> question) {
        reads.answer(AsOf.of(request), List.of(MemberViews.PINS), observer, question);
    }

    @Override
    public void listPinsOn(ListPinsOnRequest request, StreamObserver<ListPinsOnReply> observer) {
        pins(request, observer, answer -> {
            int size = pageSize(request.getPageSize());
            ByteString node = nodeId(request.getNodeId());
            Listing<ByteString> manifests =
                    NodeColumns.manifests(answer.of(MemberViews.PINS), node, placeAfter(request.getPageToken()), size);
            return ListPinsOnReply.newBuilder()
                    .addAllManifestCids(manifests.found())
                    .setNextPageToken(token(manifests.next()))
                    .setPosition(answer.position(MemberViews.PINS))
                    .build();
        });
    }

    @Override
    public void listColumnsOn(ListColumnsOnRequest request, StreamObserver<ListColumnsOnReply> observer) {
        pins(request, observer, answer -> {
            int size = pageSize(request.getPageSize());
            ByteString node = nodeId(request.getNodeId());
            Listing<ColumnRef> columns =
                    NodeColumns.list(answer.of(MemberViews.PINS), node, placeAfter(request.getPageToken()), size);
            ListColumnsOnReply.Builder reply = ListColumnsOnReply.newBuilder()
                    .setNextPageToken(token(columns.next()))
                    .setPosition(answer.position(MemberViews.PINS));
            columns.found().stream().map(QueryGrpc::name).forEach(reply::addColumns);
            return reply.build();
        });
    }

    private static ColumnName name(ColumnRef column) {
        return ColumnName.newBuilder()
                .setManifestCid(column.group().manifest())
                .setGroup(column.group().group())
                .setColumn(column.column())
                .build();
    }

    private static String token(OptionalLong next) {
        return next.isPresent() ? Long.toHexString(next.getAsLong()) : "";
    }

    private static long placeAfter(String token) {
        try {
            return token.isEmpty() ? 0 : HexFormat.fromHexDigitsToLong(token);
        } catch (IllegalArgumentException e) {
            throw unknownToken();
        }
    }

    private static RefusalException unknownToken() {
        return Calls.refused(
                Reason.MALFORMED_REQUEST, "expected the page token of an earlier reply, but found another text");
    }

    @Override
    public void listPins(ListPinsRequest request, StreamObserver<ListPinsReply> observer) {
        pins(request, observer, answer -> {
            int size = pageSize(request.getPageSize());
            List<PinState> pins = PinsView.list(answer.of(MemberViews.PINS), after(request.getPageToken()), size);
            ListPinsReply.Builder reply =
                    ListPinsReply.newBuilder().addAllPins(pins).setPosition(answer.position(MemberViews.PINS));
            if (pins.size() == size) {
                reply.setNextPageToken(hex(pins.get(size - 1).getManifestCid()));
            }
            return reply.build();
        });
    }

    @Override
    public void listTombstones(ListTombstonesRequest request, StreamObserver<ListTombstonesReply> observer) {
        reads.answer(AsOf.of(request), DeletionStates.VIEWS, observer, answer -> {
            int size = pageSize(request.getPageSize());
            ByteString token = after(request.getPageToken());
            DeletionStates states = answer.deletions();
            return (request.getReleased()
                            ? DeletionAnswers.released(states, request.getReleasedAfter(), token, size)
                            : DeletionAnswers.open(states, token, size, request.getVoter(), answer.timeUnixMicros()))
                    .setPosition(answer.position(MemberViews.DELETIONS))
                    .build();
        });
    }

    @Override
    public void getDeletion(GetDeletionRequest request, StreamObserver<GetDeletionReply> observer) {
        reads.answer(
                AsOf.of(request),
                DeletionStates.VIEWS,
                observer,
                answer -> DeletionAnswers.deletion(answer.deletions(), request.getManifestCid())
                        .setPosition(answer.position(MemberViews.DELETIONS))
                        .build());
    }

    @Override
    public void listHolds(ListHoldsRequest request, StreamObserver<ListHoldsReply> observer) {
        reads.answer(
                AsOf.of(request),
                List.of(MemberViews.DELETIONS),
                observer,
                answer -> DeletionAnswers.holds(
                                answer.of(MemberViews.DELETIONS),
                                after(request.getPageToken()),
                                pageSize(request.getPageSize()))
                        .setPosition(answer.position(MemberViews.DELETIONS))
                        .build());
    }

    @Override
    public void listRetention(ListRetentionRequest request, StreamObserver<ListRetentionReply> observer) {
        reads.answer(
                AsOf.of(request),
                List.of(MemberViews.DELETIONS),
                observer,
                answer -> ListRetentionReply.newBuilder()
                        .addAllRules(DeletionsView.retention(answer.of(MemberViews.DELETIONS)))
                        .setPosition(answer.position(MemberViews.DELETIONS))
                        .build());
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
        reads.answer(AsOf.of(request), List.of(MemberViews.NODES, MemberViews.PINS), observer, answer -> {
            int size = pageSize(request.getPageSize());
            ViewSnapshot pins = answer.of(MemberViews.PINS);
            List<Steward.Endangered> all = new Steward(StewardPolicy.DEFAULT)
                    .endangered(answer.of(MemberViews.NODES), pins, answer.timeUnixMicros());
            ListEndangeredReply.Builder reply = ListEndangeredReply.newBuilder()
                    .setTotal(all.size())
                    .setPosition(answer.position(MemberViews.PINS));
            all.stream()
                    .limit(size)
                    .forEach(each -> reply.addGroups(EndangeredGroup.newBuilder()
                            .setGroup(PinsView.group(pins, each.group()).orElseThrow())
                            .setWhole(each.whole())
                            .setMargin(each.margin())));
            return reply.build();
        });
    }

    @Override
    public void getKey(GetKeyRequest request, StreamObserver<GetKeyReply> observer) {
        reads.answer(AsOf.of(request), List.of(MemberViews.KEYS), observer, answer -> {
            ViewSnapshot state = answer.of(MemberViews.KEYS);
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
                    GetKeyReply.newBuilder().addAllRecords(records).setPosition(answer.position(MemberViews.KEYS));
            key.ifPresent(reply::setKey);
            return reply.build();
        });
    }

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

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static ByteString after(String token) {
        try {
            return ByteString.copyFrom(HexFormat.of().parseHex(token));
        } catch (IllegalArgumentException e) {
            throw unknownToken();
        }
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
        reads.close();
    }
}
