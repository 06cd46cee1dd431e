package beacon.index.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.index.client.ClientOptions;
import beacon.index.client.EventCursor;
import beacon.index.log.AnAppend;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.ReplayRequest;
import beacon.proto.v1.ResolveReply;
import beacon.proto.v1.ResolveRequest;
import io.grpc.Context;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the client remembers and when it gives up. */
class ClientIT {
    @TempDir
    Path directory;

    /** Otherwise the ids of a client that only makes single calls would one day be too old to be told apart. */
    @Test
    void requestsAreAsYoungAsTheLastAnswerWhateverTheWayItCame() {
        try (TestCluster cluster = TestCluster.start(directory, 1, UnaryOperator.identity());
                BeaconClient client = cluster.client()) {
            Accepted streamed = BeaconClient.await(
                    client.append(AnAppend.withId(1).pointing("a", 1).request()));
            long afterStream = client.request(List.of(), List.of()).getIssuedAtSequence();
            Accepted single = BeaconClient.await(
                    client.appendUnary(AnAppend.withId(2).pointing("a", 2).request()));
            long afterCall = client.request(List.of(), List.of()).getIssuedAtSequence();

            assertThat(afterStream).isEqualTo(streamed.getFirstSequence());
            assertThat(afterCall).isEqualTo(single.getFirstSequence()).isGreaterThan(afterStream);
        }
    }

    /** A custodian appends and reads in threads that serve calls of readers, who go away when they have enough. */
    @Test
    void callsDoNotEndWithTheCallThatTheyAreMadeIn() {
        try (TestCluster cluster = TestCluster.start(directory, 1, UnaryOperator.identity());
                BeaconClient client = cluster.client();
                Context.CancellableContext served = Context.current().withCancellation()) {
            CompletableFuture<Accepted> first = new CompletableFuture<>();
            served.run(() -> first.complete(BeaconClient.await(
                    client.append(AnAppend.withId(1).pointing("a", 1).request()))));
            served.cancel(null);
            served.run(() -> {
                long last = BeaconClient.await(client.append(
                                AnAppend.withId(2).pointing("a", 2).request()))
                        .getFirstSequence();
                try (EventCursor events = client.replay(
                        ReplayRequest.newBuilder().setLastSequence(last).build())) {
                    EventFrame frame = events.next();
                    assertThat(frame).isNotNull();
                    assertThat(frame.getThroughSequence()).isEqualTo(last);
                    assertThat(events.next()).isNull();
                }
            });

            assertThat(first).isCompleted();
        }
    }

    @Test
    void closingEndsWhatWaitsForAMember() {
        CompletableFuture<ResolveReply> read;
        CompletableFuture<Accepted> append;
        try (BeaconClient client =
                BeaconClient.open(new ClientOptions(List.of("127.0.0.1:1"), null, Duration.ofHours(1)))) {
            read = client.resolve(ResolveRequest.newBuilder()
                    .setAddress(AnAppend.address("a"))
                    .build());
            append = client.appendUnary(AnAppend.withId(1).pointing("a", 1).request());
        }

        for (CompletableFuture<?> each : List.of(read, append)) {
            assertThatThrownBy(() -> each.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(ClientException.class);
        }
    }
}
