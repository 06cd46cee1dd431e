package beacon.node.artifacts;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.model.Cid;
import beacon.proto.v1.Deletion;
import beacon.proto.v1.GetDeletionReply;
import beacon.proto.v1.GetDeletionRequest;
import beacon.proto.v1.HoldState;
import beacon.proto.v1.ListHoldsReply;
import beacon.proto.v1.ListHoldsRequest;
import beacon.proto.v1.ListPinsReply;
import beacon.proto.v1.ListPinsRequest;
import beacon.proto.v1.ListRetentionReply;
import beacon.proto.v1.ListRetentionRequest;
import beacon.proto.v1.ListTombstonesReply;
import beacon.proto.v1.ListTombstonesRequest;
import beacon.proto.v1.PinState;
import beacon.proto.v1.QueryServiceGrpc;
import beacon.proto.v1.RetentionState;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** What the projections of the index say about what is kept and what is deleted. */
public final class Tombstones {
    private static final int PAGE = 1_000;

    private final BeaconClient client;
    private final Duration timeout;
    private final When when;

    /** @param timeout of one question */
    public Tombstones(BeaconClient client, Duration timeout) {
        this(client, timeout, When.NOW);
    }

    /**
     * As it was at a moment.
     *
     * @param timeout of one question; the past is folded first, which takes seconds for each million entries of the log
     */
    public Tombstones(BeaconClient client, Duration timeout, When when) {
        this.client = client;
        this.timeout = timeout;
        this.when = when;
    }

    private <T> T ask(BiConsumer<QueryServiceGrpc.QueryServiceStub, StreamObserver<T>> question) {
        return BeaconClient.await(client.<T>read((channel, observer) -> question.accept(
                QueryServiceGrpc.newStub(channel).withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
                observer)));
    }

    /**
     * What stands against deleting an artifact, and for it.
     *
     * @throws ClientException when the index does not answer
     */
    public GetDeletionReply of(Cid manifest) {
        GetDeletionRequest request = when.in(GetDeletionRequest.newBuilder())
                .setManifestCid(manifest.bytes())
                .build();
        return this.<GetDeletionReply>ask((stub, observer) -> stub.getDeletion(request, observer));
    }

    /**
     * Open tombstones, or released ones.
     *
     * @throws ClientException when the index does not answer
     */
    public List<Deletion> list(boolean released, int limit) {
        List<Deletion> all = new ArrayList<>();
        String token = "";
        do {
            ListTombstonesRequest page = when.in(ListTombstonesRequest.newBuilder())
                    .setReleased(released)
                    .setPageSize(Math.min(PAGE, limit - all.size()))
                    .setPageToken(token)
                    .build();
            ListTombstonesReply reply =
                    this.<ListTombstonesReply>ask((stub, observer) -> stub.listTombstones(page, observer));
            all.addAll(reply.getDeletionsList());
            token = reply.getNextPageToken();
        } while (!token.isEmpty() && all.size() < limit);
        return all;
    }

    /**
     * All holds.
     *
     * @throws ClientException when the index does not answer
     */
    public List<HoldState> holds() {
        List<HoldState> all = new ArrayList<>();
        String token = "";
        do {
            ListHoldsRequest page = when.in(ListHoldsRequest.newBuilder())
                    .setPageSize(PAGE)
                    .setPageToken(token)
                    .build();
            ListHoldsReply reply = this.<ListHoldsReply>ask((stub, observer) -> stub.listHolds(page, observer));
            all.addAll(reply.getHoldsList());
            token = reply.getNextPageToken();
        } while (!token.isEmpty());
        return all;
    }

    /**
     * All rules of retention.
     *
     * @throws ClientException when the index does not answer
     */
    public List<RetentionState> retention() {
        ListRetentionRequest request =
                when.in(ListRetentionRequest.newBuilder()).build();
        return this.<ListRetentionReply>ask((stub, observer) -> stub.listRetention(request, observer))
                .getRulesList();
    }

    /**
     * Pins in the order of their CIDs.
     *
     * @throws ClientException when the index does not answer
     */
    public List<PinState> pins(int limit) {
        List<PinState> all = new ArrayList<>();
        String token = "";
        do {
            ListPinsRequest page = when.in(ListPinsRequest.newBuilder())
                    .setPageSize(Math.min(PAGE, limit - all.size()))
                    .setPageToken(token)
                    .build();
            ListPinsReply reply = this.<ListPinsReply>ask((stub, observer) -> stub.listPins(page, observer));
            all.addAll(reply.getPinsList());
            token = reply.getNextPageToken();
        } while (!token.isEmpty() && all.size() < limit);
        return all;
    }
}
