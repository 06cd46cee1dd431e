package beacon.index.grpc;

import beacon.index.log.RefusalException;
import beacon.index.ratis.IndexMember;
import beacon.index.read.NameReader;
import beacon.index.read.Pointer;
import beacon.index.state.IndexView;
import beacon.model.Address;
import beacon.model.MalformedAddress;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.AppendFrame;
import beacon.proto.v1.AppendFrameReply;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Consistency;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.HistoryReply;
import beacon.proto.v1.HistoryRequest;
import beacon.proto.v1.IndexServiceGrpc;
import beacon.proto.v1.ListReply;
import beacon.proto.v1.ListRequest;
import beacon.proto.v1.ReadPosition;
import beacon.proto.v1.ReplayRequest;
import beacon.proto.v1.ResolveReply;
import beacon.proto.v1.ResolveRequest;
import beacon.proto.v1.WatchRequest;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Function;

/** {@code beacon.v1.IndexService}. */
final class IndexGrpc extends IndexServiceGrpc.IndexServiceImplBase {
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1_000;

    private final IndexMember member;
    private final AppendCalls appends;
    private final StreamCalls streams;

    IndexGrpc(IndexMember member, StreamCalls streams) {
        this.member = member;
        this.appends = new AppendCalls(member);
        this.streams = streams;
    }

    @Override
    public void append(AppendRequest request, StreamObserver<Accepted> observer) {
        appends.append(request, observer);
    }

    @Override
    public StreamObserver<AppendFrame> appendStream(StreamObserver<AppendFrameReply> observer) {
        return appends.stream(observer);
    }

    @Override
    public void replay(ReplayRequest request, StreamObserver<EventFrame> observer) {
        streams.replay(request, observer);
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<EventFrame> observer) {
        streams.watch(request, observer);
    }

    @Override
    public void resolve(ResolveRequest request, StreamObserver<ResolveReply> observer) {
        read(request.getConsistency(), observer, view -> {
            Address address = parse(request.getAddress());
            Pointer pointer = reader(view, request.getAsOfSequence()).resolve(address);
            return ResolveReply.newBuilder()
                    .setPointer(encode(pointer))
                    .setPosition(position(view, request.getConsistency()))
                    .build();
        });
    }

    @Override
    public void list(ListRequest request, StreamObserver<ListReply> observer) {
        read(request.getConsistency(), observer, view -> {
            PageToken token = PageToken.parse(request.getPageToken());
            int size = pageSize(request.getPageSize());
            long asOf = token.sequence() != 0 ? token.sequence() : request.getAsOfSequence();
            NameReader reader = reader(view, asOf);
            List<Pointer> page = reader.list(request.getPrefix(), token.key().isEmpty() ? null : token.key(), size);
            ListReply.Builder reply = ListReply.newBuilder().setPosition(position(view, request.getConsistency()));
            page.forEach(pointer -> reply.addPointers(encode(pointer)));
            if (page.size() == size) {
                String last = parse(page.get(size - 1).address()).key();
                reply.setNextPageToken(new PageToken(reader.asOf(), last).toString());
            }
            return reply.build();
        });
    }

    @Override
    public void history(HistoryRequest request, StreamObserver<HistoryReply> observer) {
        read(request.getConsistency(), observer, view -> {
            PageToken token = PageToken.parse(request.getPageToken());
            int size = pageSize(request.getPageSize());
            List<NameReader.Step> steps = reader(view, 0).history(parse(request.getAddress()), token.sequence(), size);
            HistoryReply.Builder reply =
                    HistoryReply.newBuilder().setPosition(position(view, request.getConsistency()));
            steps.forEach(step -> reply.addEvents(UnsafeByteOperations.unsafeWrap(step.recorded())));
            if (!steps.isEmpty() && steps.get(steps.size() - 1).previous() != 0) {
                reply.setNextPageToken(new PageToken(steps.get(steps.size() - 1).previous(), "").toString());
            }
            return reply.build();
        });
    }

    /** Answers from the view now, or after a majority confirmed that it misses nothing. */
    private <T> void read(Consistency consistency, StreamObserver<T> observer, Function<IndexView, T> question) {
        switch (consistency) {
            case CONSISTENCY_STALE -> Calls.answer(observer, () -> question.apply(member.view()));
            case CONSISTENCY_LINEARIZABLE -> {
                try {
                    member.log().readBarrier().whenComplete((sequence, failure) -> {
                        if (failure != null) {
                            observer.onError(Calls.errorOf(failure));
                        } else {
                            Calls.answer(observer, () -> question.apply(member.view()));
                        }
                    });
                } catch (RefusalException e) {
                    observer.onError(Calls.errorOf(e));
                }
            }
            case UNRECOGNIZED ->
                observer.onError(Calls.errorOf(Calls.refused(
                        Reason.MALFORMED_REQUEST, "expected a known consistency, but found an unknown number")));
        }
    }

    private NameReader reader(IndexView view, long asOf) {
        return new NameReader(view, member::readFrom, asOf);
    }

    private ReadPosition position(IndexView view, Consistency consistency) {
        long age = consistency == Consistency.CONSISTENCY_LINEARIZABLE
                ? 0
                : member.ageMillis().orElse(-1L);
        return ReadPosition.newBuilder()
                .setSequence(view.lastSequence())
                .setConsistency(consistency)
                .setAgeMillis(age)
                .build();
    }

    private static Address parse(String text) {
        try {
            return Address.parse(text);
        } catch (MalformedAddress e) {
            throw new RefusalException(Refusal.malformed(e));
        }
    }

    private static int pageSize(int asked) {
        if (asked < 0 || asked > MAX_PAGE) {
            throw Calls.refused(
                    Reason.MALFORMED_REQUEST,
                    "expected a page size up to %d, but found %s".formatted(MAX_PAGE, Integer.toUnsignedString(asked)));
        }
        return asked == 0 ? DEFAULT_PAGE : asked;
    }

    private static beacon.proto.v1.Pointer encode(Pointer pointer) {
        return beacon.proto.v1.Pointer.newBuilder()
                .setAddress(pointer.address())
                .setRevision(pointer.revision())
                .setSequence(pointer.sequence())
                .setCid(pointer.cid())
                .setTimeUnixMicros(pointer.timeUnixMicros())
                .build();
    }
}
