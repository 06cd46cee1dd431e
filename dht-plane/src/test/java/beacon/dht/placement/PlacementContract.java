package beacon.dht.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.Host;
import beacon.dht.HostStream;
import beacon.dht.MessageStream;
import beacon.dht.bitswap.Blocks;
import beacon.dht.blockstore.BlockHash;
import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.libp2p.PeerKeys;
import beacon.dht.placement.PlaceOutcome.Placed;
import beacon.dht.placement.PlaceOutcome.Refused;
import beacon.dht.placement.PlacementCodec.Offer;
import beacon.dht.placement.PlacementCodec.Reply;
import beacon.dht.placement.PlacementCodec.Status;
import beacon.dht.testing.TestNetwork;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What placing blocks promises over any host. */
public abstract class PlacementContract {
    private static final int QUOTA_BYTES = 1 << 20;
    private static final int MAX_BLOCK_BYTES = 300_000;

    private final TestNetwork network;
    private final List<PeerId> allowed = new ArrayList<>();
    private final List<Cid> told = new ArrayList<>();
    private Host placer;
    private PeerKeys storerKeys;
    private Host storer;
    private Blockstore store;
    private PlacementServer server;

    protected PlacementContract(TestNetwork network) {
        this.network = network;
    }

    @BeforeEach
    void start() {
        placer = network.newHost();
        storerKeys = network.newKeys();
        storer = network.newHost(storerKeys);
        store = network.newStore(new BlockLimits(QUOTA_BYTES, MAX_BLOCK_BYTES));
        PlacementLimits limits = new PlacementLimits(MAX_BLOCK_BYTES, 4, 600_000, Duration.ofSeconds(3));
        network.onLoop(() -> {
            allowed.add(placer.id());
            placer.peers().addAddresses(storer.id(), storer.listenAddresses());
            server = PlacementServer.start(
                    storer,
                    new PlacementServer.Settings(
                            store, network.workers(), storerKeys, allowed::contains, told::add, network.clock()),
                    limits);
        });
    }

    @AfterEach
    void nothingStaysReserved() {
        network.awaitTrue(() -> server.bytesUnderway() == 0);
        network.close();
    }

    private PlaceOutcome place(Cid cid, ByteString bytes) {
        return network.await(() -> new Placement(placer, Duration.ofSeconds(20)).place(storer.id(), cid, bytes));
    }

    private static Cid idOf(ByteString bytes) {
        return BlockHash.sha256(Cid.RAW, bytes);
    }

    private void assertRefused(PlacementRefusal reason, PlaceOutcome outcome) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    @Test
    void aPlacedBlockIsStoredAndTheReceiptVerifiesOffline() {
        ByteString bytes = Blocks.bytes(200_000, 1);
        Cid cid = idOf(bytes);

        PlaceOutcome outcome = place(cid, bytes);

        assertThat(outcome).isInstanceOf(Placed.class);
        Receipt receipt = Receipt.verify(((Placed) outcome).receipt().signed());
        assertThat(receipt.cid()).isEqualTo(cid);
        assertThat(receipt.sizeBytes()).isEqualTo(200_000);
        assertThat(receipt.storer()).isEqualTo(storer.id());
        assertThat(Duration.between(receipt.time(), network.clock().instant()).abs())
                .isLessThan(Duration.ofMinutes(5));
        assertThat(store.get(cid)).contains(bytes);
        assertThat(told).containsExactly(cid);
    }

    @Test
    void aBlockThatIsThereGetsAReceiptWithoutTravelling() {
        ByteString bytes = Blocks.bytes(1000, 2);
        assertThat(store.put(idOf(bytes), bytes).isKept()).isTrue();

        PlaceOutcome outcome = place(idOf(bytes), bytes);

        assertThat(outcome).isInstanceOf(Placed.class);
        assertThat(told).isEmpty();
    }

    /** A node that answers each offer with a receipt of this kind, without having asked for the block. */
    private void lieWith(Function<Offer, ByteString> receipt) {
        network.onLoop(() -> storer.handle(PlacementServer.PROTOCOL, stream -> {
            MessageStream messages = new MessageStream(stream, PlacementCodec.MAX_MESSAGE_BYTES);
            messages.read().whenComplete((message, failure) -> {
                Offer offer = PlacementCodec.decodeOffer(message.orElseThrow());
                messages.write(PlacementCodec.encode(
                        new Reply(Status.STORED, PlacementRefusal.FAILED, "", receipt.apply(offer))));
            });
        }));
    }

    @Test
    void aReceiptForAnotherBlockSizeOrStorerIsNone() {
        ByteString bytes = Blocks.bytes(1000, 4);
        Cid other = idOf(Blocks.bytes(1000, 5));
        PeerKeys foreign = network.newKeys();
        Instant now = network.clock().instant();
        List<Function<Offer, ByteString>> lies = List.of(
                offer -> Receipt.sign(storerKeys, other, 1000, now).signed(),
                offer -> Receipt.sign(storerKeys, offer.cid(), 999, now).signed(),
                offer -> Receipt.sign(foreign, offer.cid(), 1000, now).signed(),
                offer -> {
                    byte[] damaged = Receipt.sign(storerKeys, offer.cid(), 1000, now)
                            .signed()
                            .toByteArray();
                    damaged[damaged.length - 1] ^= 1;
                    return ByteString.copyFrom(damaged);
                },
                offer -> ByteString.copyFromUtf8("trust me"));

        for (Function<Offer, ByteString> lie : lies) {
            lieWith(lie);
            assertThatThrownBy(() -> place(idOf(bytes), bytes)).hasRootCauseInstanceOf(WireException.class);
        }
    }

    @Test
    void whoIsNotAuthorisedIsRefusedBeforeTheBlockTravels() {
        network.onLoop(allowed::clear);
        ByteString bytes = Blocks.bytes(1000, 3);

        assertRefused(PlacementRefusal.NOT_AUTHORISED, place(idOf(bytes), bytes));

        assertThat(store.has(idOf(bytes))).isFalse();
    }

    @Test
    void aFullStoreRefuses() {
        for (int i = 0; i < 3; i++) {
            ByteString bytes = Blocks.bytes(300_000, 10 + i);
            assertThat(place(idOf(bytes), bytes)).isInstanceOf(Placed.class);
        }
        ByteString another = Blocks.bytes(200_000, 20);

        assertRefused(PlacementRefusal.FULL, place(idOf(another), another));
    }

    @Test
    void aLargeBlockIsRefused() {
        ByteString bytes = Blocks.bytes(MAX_BLOCK_BYTES + 1, 4);

        assertRefused(PlacementRefusal.TOO_LARGE, place(idOf(bytes), bytes));
    }

    @Test
    void otherBytesThanThoseOfTheIdAreRefused() {
        ByteString bytes = Blocks.bytes(1000, 5);

        assertRefused(PlacementRefusal.WRONG_HASH, place(idOf(Blocks.bytes(1000, 6)), bytes));

        assertThat(told).isEmpty();
        assertThat(store.stats().blocks()).isZero();
    }

    @Test
    void anUnknownHashFunctionIsRefused() {
        Cid identity = Cid.of(new byte[] {1, 0x55, 0, 2, 'h', 'i'});

        assertRefused(PlacementRefusal.UNKNOWN_HASH, place(identity, ByteString.copyFromUtf8("hi")));
    }

    private CompletionStage<MessageStream> offered(long size, int seed) {
        return placer.newStream(storer.id(), List.of(PlacementServer.PROTOCOL)).thenCompose(stream -> {
            MessageStream messages = new MessageStream(stream, PlacementCodec.MAX_MESSAGE_BYTES);
            Offer offer = new Offer(idOf(Blocks.bytes(40, seed)), size);
            return messages.write(PlacementCodec.encode(offer)).thenApply(done -> messages);
        });
    }

    private Reply reply(MessageStream messages) {
        return PlacementCodec.decodeReply(network.await(messages::read).orElseThrow());
    }

    @Test
    void bytesUnderWayAreBoundedAndGivenBackWhenNothingComes() {
        MessageStream first = network.await(() -> offered(300_000, 1));
        assertThat(reply(first).status()).isEqualTo(Status.SEND);
        MessageStream second = network.await(() -> offered(300_000, 2));
        assertThat(reply(second).status()).isEqualTo(Status.SEND);
        ByteString bytes = Blocks.bytes(1000, 7);

        assertRefused(PlacementRefusal.BUSY, place(idOf(bytes), bytes));

        network.awaitTrue(() -> server.bytesUnderway() == 0);
        assertThat(place(idOf(bytes), bytes)).isInstanceOf(Placed.class);
    }

    @Test
    void streamsOfOnePeerAreBounded() {
        List<HostStream> open = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            open.add(network.await(() -> placer.newStream(storer.id(), List.of(PlacementServer.PROTOCOL))));
        }
        HostStream fifth = network.await(() -> placer.newStream(storer.id(), List.of(PlacementServer.PROTOCOL)));
        List<Throwable> failed = new ArrayList<>();
        network.onLoop(() -> fifth.read().whenComplete((bytes, failure) -> failed.add(failure)));
        network.awaitTrue(() -> !failed.isEmpty());
        ByteString bytes = Blocks.bytes(1000, 8);

        network.onLoop(() -> open.forEach(HostStream::reset));

        List<PlaceOutcome> outcomes = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (outcomes.isEmpty() && System.nanoTime() < deadline) {
            network.await(() -> new Placement(placer, Duration.ofSeconds(5))
                    .place(storer.id(), idOf(bytes), bytes)
                    .handle((outcome, failure) -> failure == null && outcomes.add(outcome)));
        }
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Placed.class));
        assertThat(outcomes).isNotEmpty();
    }

    @Test
    void moreBytesThanOfferedAndGarbageEndTheStream() {
        MessageStream tooMuch = network.await(() -> offered(1000, 9));
        assertThat(reply(tooMuch).status()).isEqualTo(Status.SEND);
        List<String> ended = new ArrayList<>();
        network.onLoop(() -> {
            tooMuch.write(Blocks.bytes(100_000, 1));
            tooMuch.read().whenComplete((message, failure) -> ended.add("too much"));
        });
        MessageStream garbage = network.await(() -> placer.newStream(storer.id(), List.of(PlacementServer.PROTOCOL))
                .thenApply(stream -> new MessageStream(stream, 100)));
        network.onLoop(() -> {
            garbage.write(ByteString.copyFromUtf8("garbage that is no offer"));
            garbage.read().whenComplete((message, failure) -> ended.add("garbage"));
        });

        network.awaitTrue(() -> ended.size() == 2);

        assertThat(store.stats().blocks()).isZero();
    }

    @Test
    void manyBlocksAtOnceArePlaced() {
        List<CompletableFuture<PlaceOutcome>> outcomes = new ArrayList<>();
        Placement placement = new Placement(placer, Duration.ofSeconds(20));

        int count = network.await(() -> {
            for (int i = 0; i < 4; i++) {
                ByteString bytes = Blocks.bytes(50_000, 100 + i);
                outcomes.add(placement.place(storer.id(), idOf(bytes), bytes).toCompletableFuture());
            }
            return CompletableFuture.allOf(outcomes.toArray(CompletableFuture<?>[]::new))
                    .thenApply(done -> outcomes.size());
        });

        assertThat(count).isEqualTo(4);
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.join()).isInstanceOf(Placed.class));
        network.onLoop(() -> assertThat(server.blocksPlaced()).isEqualTo(4));
    }
}
