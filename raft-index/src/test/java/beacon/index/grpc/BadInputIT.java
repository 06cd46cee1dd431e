package beacon.index.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import beacon.index.client.BeaconClient;
import beacon.index.log.AnAppend;
import beacon.index.ratis.TestCluster;
import beacon.model.Reason;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.AppendFrame;
import beacon.proto.v1.AppendFrameReply;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.AuditServiceGrpc;
import beacon.proto.v1.EventFilter;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.HistoryRequest;
import beacon.proto.v1.IndexServiceGrpc;
import beacon.proto.v1.ListRequest;
import beacon.proto.v1.ProveInclusionRequest;
import beacon.proto.v1.ReplayRequest;
import beacon.proto.v1.ResolveRequest;
import beacon.proto.v1.WatchRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Promise 10: bad input gets a typed error and changes nothing. Over real sockets. */
class BadInputIT {
    private static final int EVENTS = 10;

    @TempDir
    static Path directory;

    private static TestCluster cluster;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(directory, 1, UnaryOperator.identity());
        channel = NettyChannelBuilder.forTarget(cluster.address("m1").clientAddress())
                .usePlaintext()
                .maxInboundMessageSize(16 << 20)
                .build();
        try (BeaconClient client = cluster.client()) {
            for (int i = 1; i <= EVENTS; i++) {
                BeaconClient.await(
                        client.append(AnAppend.withId(i).pointing("a", i).request()));
            }
        }
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        cluster.close();
    }

    private static IndexServiceGrpc.IndexServiceBlockingStub index() {
        return IndexServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    private static Consumer<Object> append(AppendRequest request) {
        return ignored -> index().append(request);
    }

    private static Consumer<Object> drain(Iterator<EventFrame> frames) {
        return ignored -> frames.forEachRemaining(frame -> {});
    }

    static Stream<Arguments> calls() {
        AppendRequest good = AnAppend.withId(1000).pointing("x", 1).request();
        beacon.proto.v1.Event newer = beacon.proto.v1.Event.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                4711,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build();
        return Stream.of(
                arguments(
                        "malformed address",
                        Reason.MALFORMED_ADDRESS,
                        Status.Code.INVALID_ARGUMENT,
                        append(AnAppend.withId(1001)
                                .with(AnAppend.pointer("a//b", 1))
                                .request())),
                arguments(
                        "oversized payload",
                        Reason.PAYLOAD_TOO_LARGE,
                        Status.Code.RESOURCE_EXHAUSTED,
                        append(AnAppend.withId(1002).deciding("x", 61_441).request())),
                arguments(
                        "event type of a newer client",
                        Reason.UNKNOWN_EVENT_TYPE,
                        Status.Code.INVALID_ARGUMENT,
                        append(AnAppend.withId(1003).with(newer).request())),
                arguments(
                        "batch over the limit",
                        Reason.BATCH_TOO_LARGE,
                        Status.Code.RESOURCE_EXHAUSTED,
                        append(good.toBuilder()
                                .addAllEvents(Collections.nCopies(256, AnAppend.pointer("x", 1)))
                                .build())),
                arguments(
                        "stale expected revision",
                        Reason.STALE_REVISION,
                        Status.Code.ABORTED,
                        append(AnAppend.withId(1004)
                                .pointing("a", 1)
                                .expecting("a", 3)
                                .request())),
                arguments(
                        "request id reused",
                        Reason.REQUEST_ID_REUSED,
                        Status.Code.ALREADY_EXISTS,
                        append(AnAppend.withId(1).pointing("other", 1).request())),
                arguments("sequence beyond the end", Reason.BEYOND_END, Status.Code.OUT_OF_RANGE, (Consumer<Object>)
                        ignored -> index().resolve(ResolveRequest.newBuilder()
                                .setAddress(AnAppend.address("a"))
                                .setAsOfSequence(999)
                                .build())),
                arguments("unknown address", Reason.UNKNOWN_ADDRESS, Status.Code.NOT_FOUND, (Consumer<Object>)
                        ignored -> index().resolve(ResolveRequest.newBuilder()
                                .setAddress(AnAppend.address("nobody"))
                                .build())),
                arguments(
                        "replay of a range that does not exist",
                        Reason.BEYOND_END,
                        Status.Code.OUT_OF_RANGE,
                        drain(index().replay(ReplayRequest.newBuilder()
                                .setFirstSequence(5)
                                .setLastSequence(99)
                                .build()))),
                arguments(
                        "replay backwards",
                        Reason.BEYOND_END,
                        Status.Code.OUT_OF_RANGE,
                        drain(index().replay(ReplayRequest.newBuilder()
                                .setFirstSequence(9)
                                .setLastSequence(2)
                                .build()))),
                arguments(
                        "watch from the future",
                        Reason.BEYOND_END,
                        Status.Code.OUT_OF_RANGE,
                        drain(index().watch(WatchRequest.newBuilder()
                                .setFirstSequence(99)
                                .build()))),
                arguments(
                        "filter with an unknown event type",
                        Reason.UNKNOWN_EVENT_TYPE,
                        Status.Code.INVALID_ARGUMENT,
                        drain(index().replay(ReplayRequest.newBuilder()
                                .setFilter(EventFilter.newBuilder().addEventTypes(4711))
                                .build()))),
                arguments("page token of nobody", Reason.MALFORMED_REQUEST, Status.Code.INVALID_ARGUMENT, (Consumer<
                                Object>)
                        ignored -> index().list(ListRequest.newBuilder()
                                .setPageToken("x")
                                .build())),
                arguments(
                        "page of a million", Reason.MALFORMED_REQUEST, Status.Code.INVALID_ARGUMENT, (Consumer<Object>)
                                ignored -> index().history(HistoryRequest.newBuilder()
                                        .setAddress(AnAppend.address("a"))
                                        .setPageSize(1_000_000)
                                        .build())),
                arguments(
                        "proof for an event that does not exist",
                        Reason.BEYOND_END,
                        Status.Code.OUT_OF_RANGE,
                        (Consumer<Object>) ignored -> AuditServiceGrpc.newBlockingStub(channel)
                                .proveInclusion(ProveInclusionRequest.newBuilder()
                                        .setSequence(99)
                                        .build())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void answersWithTheRightStatusAndChangesNothing(
            String what, Reason reason, Status.Code code, Consumer<Object> call) {
        Throwable failure = catchThrowable(() -> call.accept(what));

        assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(code);
        assertThat(StatusMapper.refusalOf(failure).orElseThrow().reason()).isEqualTo(reason);
        assertThat(cluster.member("m1").status().lastSequence()).isEqualTo(EVENTS);
    }

    @Test
    void refusesAMessageOverTheLimitBeforeReadingIt() {
        AppendRequest huge = AppendRequest.newBuilder()
                .setRequestId(ByteString.copyFrom(new byte[8 << 20]))
                .build();

        assertThatThrownBy(() -> index().append(huge))
                .satisfies(failure ->
                        assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        assertThat(cluster.member("m1").status().lastSequence()).isEqualTo(EVENTS);
    }

    @Test
    void answersEachAppendOfAFrameByItself() throws Exception {
        CompletableFuture<AppendFrameReply> answer = new CompletableFuture<>();
        StreamObserver<AppendFrame> frames = IndexServiceGrpc.newStub(channel).appendStream(new StreamObserver<>() {
            @Override
            public void onNext(AppendFrameReply reply) {
                answer.complete(reply);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {}
        });
        frames.onNext(AppendFrame.newBuilder()
                .addAppends(AnAppend.withId(3).pointing("a", 3).request())
                .addAppends(
                        AnAppend.withId(2000).with(AnAppend.pointer("%zz", 1)).request())
                .addAppends(AnAppend.withId(4).pointing("a", 99).request())
                .build());
        frames.onCompleted();

        AppendFrameReply reply = answer.get(30, TimeUnit.SECONDS);

        assertThat(reply.getOutcomes(0).getAccepted().getFirstSequence()).isEqualTo(3);
        assertThat(reply.getOutcomes(1).getRefusal().getReason().getNumber())
                .isEqualTo(Reason.MALFORMED_ADDRESS.number());
        assertThat(reply.getOutcomes(2).getRefusal().getReason().getNumber())
                .isEqualTo(Reason.REQUEST_ID_REUSED.number());
        assertThat(cluster.member("m1").status().lastSequence()).isEqualTo(EVENTS);
    }

    @Test
    void watchGoesFromHistoryToWhatComesWithoutGap() throws Exception {
        try (TestCluster own = TestCluster.start(directory.resolve("watch"), 1, UnaryOperator.identity());
                BeaconClient client = own.client();
                var watch = client.watch(
                        WatchRequest.newBuilder().setFirstSequence(1).build())) {
            Thread writer = new Thread(() -> {
                for (int i = 1; i <= 2_000; i++) {
                    CompletableFuture<Accepted> unused =
                            client.append(AnAppend.withId(i).pointing("w", i).request());
                }
            });
            writer.start();

            long next = 1;
            while (next <= 2_000) {
                EventFrame frame = watch.next();
                for (ByteString event : frame.getEventsList()) {
                    assertThat(beacon.proto.v1.RecordedEvent.parseFrom(event).getSequence())
                            .isEqualTo(next++);
                }
            }
            writer.join();
        }
    }

    @Test
    void endsAWatchThatIsNotReadAndSaysWhereToResume() throws Exception {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        CompletableFuture<ClientCallStreamObserver<WatchRequest>> watch = new CompletableFuture<>();
        try (TestCluster own = TestCluster.start(directory.resolve("slow"), 1, UnaryOperator.identity());
                BeaconClient client = own.client()) {
            ManagedChannel slow = NettyChannelBuilder.forTarget(
                            own.address("m1").clientAddress())
                    .usePlaintext()
                    .flowControlWindow(1 << 16)
                    .build();
            IndexServiceGrpc.newStub(slow)
                    .watch(
                            WatchRequest.newBuilder().setFirstSequence(1).build(),
                            new ClientResponseObserver<WatchRequest, EventFrame>() {
                                @Override
                                public void beforeStart(ClientCallStreamObserver<WatchRequest> call) {
                                    call.disableAutoRequestWithInitial(1);
                                    watch.complete(call);
                                }

                                @Override
                                public void onNext(EventFrame frame) {}

                                @Override
                                public void onError(Throwable failure) {
                                    end.complete(failure);
                                }

                                @Override
                                public void onCompleted() {
                                    end.complete(new IllegalStateException("completed"));
                                }
                            });
            for (int i = 1; i <= 200; i++) {
                BeaconClient.await(
                        client.append(AnAppend.withId(i).deciding("s", 50_000).request()));
            }

            TestCluster.await(() -> own.endedStreams() == 1);
            // What was sent before the end comes first.
            watch.get().request(1_000);
            Throwable failure = end.get(60, TimeUnit.SECONDS);

            assertThat(StatusMapper.refusalOf(failure).orElseThrow().reason()).isEqualTo(Reason.WATCHER_TOO_SLOW);
            assertThat(StatusMapper.refusalOf(failure).orElseThrow().sequence()).isBetween(1L, 200L);
            slow.shutdownNow();
        }
    }
}
