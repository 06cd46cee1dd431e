package beacon.index.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.client.BeaconClient;
import beacon.index.log.AnAppend;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.IndexServiceGrpc;
import beacon.proto.v1.ResolveReply;
import beacon.proto.v1.ResolveRequest;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many callers at once. */
class CrowdIT {
    private static final int ROUNDS = 300;
    private static final int CALLS = 8;

    @TempDir
    Path directory;

    /** Ratis answers a read while it holds the lock that the next read needs. */
    @Test
    void readsAndAppendsThatFollowEachOtherDoNotBlockEachOther() {
        try (TestCluster cluster = TestCluster.start(directory, 3, UnaryOperator.identity());
                BeaconClient client = cluster.client()) {
            int number = 0;
            Accepted first = BeaconClient.await(client.append(
                    AnAppend.withId(++number).pointing("p", number).request()));
            String address = AnAppend.withId(0)
                    .pointing("p", 0)
                    .request()
                    .getEvents(0)
                    .getPointerSet()
                    .getAddress();
            for (int round = 0; round < ROUNDS; round++) {
                List<CompletableFuture<Accepted>> appends = new ArrayList<>();
                List<CompletableFuture<ResolveReply>> reads = new ArrayList<>();
                for (int i = 0; i < CALLS; i++) {
                    reads.add(client.resolve(
                            ResolveRequest.newBuilder().setAddress(address).build()));
                    appends.add(client.append(
                            AnAppend.withId(++number).pointing("p", number).request()));
                }
                appends.forEach(BeaconClient::await);
                reads.forEach(BeaconClient::await);
            }

            ResolveReply last = BeaconClient.await(client.resolve(
                    ResolveRequest.newBuilder().setAddress(address).build()));
            assertThat(last.getPointer().getRevision()).isEqualTo(1 + ROUNDS * CALLS);
            assertThat(first.getFirstSequence()).isEqualTo(1);
        }
    }

    /** A poll of the members begins within one call and serves others; the end of that call must not end the poll. */
    @Test
    void leaderAnswersReadsThatFollowEachOtherWithoutRefusingOne() throws Exception {
        try (TestCluster cluster = TestCluster.start(directory, 3, UnaryOperator.identity())) {
            try (BeaconClient client = cluster.client()) {
                BeaconClient.await(
                        client.append(AnAppend.withId(1).pointing("p", 1).request()));
            }
            ManagedChannel channel =
                    MemberChannels.open(cluster.address(cluster.awaitLeader()).clientAddress(), null);
            try {
                // No client of ours, because that one would try again.
                IndexServiceGrpc.IndexServiceFutureStub leader = IndexServiceGrpc.newFutureStub(channel);
                ResolveRequest request = ResolveRequest.newBuilder()
                        .setAddress(AnAppend.address("p"))
                        .build();
                List<Future<ResolveReply>> underWay = new ArrayList<>();
                for (int i = 0; i < ROUNDS * CALLS; i++) {
                    if (i >= CALLS) {
                        assertThat(underWay.get(i - CALLS)
                                        .get(30, TimeUnit.SECONDS)
                                        .getPointer()
                                        .getRevision())
                                .isEqualTo(1);
                    }
                    underWay.add(leader.resolve(request));
                }
            } finally {
                channel.shutdownNow();
            }
        }
    }
}
