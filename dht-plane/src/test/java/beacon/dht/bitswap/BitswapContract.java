package beacon.dht.bitswap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.Host;
import beacon.dht.Stages;
import beacon.dht.bitswap.BitswapMessage.Block;
import beacon.dht.bitswap.BitswapMessage.Presence;
import beacon.dht.bitswap.BitswapMessage.Want;
import beacon.dht.blockstore.BlockHash;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.testing.TestNetwork;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the exchange promises over any host. */
public abstract class BitswapContract {
    private static final int BLOCK_BYTES = 16 << 10;

    /** A peer with a store and an exchange. */
    private record Peer(Host host, Blockstore store, Bitswap bitswap) {
        PeerId id() {
            return host.id();
        }

        void keep(Map<Cid, ByteString> blocks) {
            blocks.forEach(
                    (cid, bytes) -> assertThat(store.put(cid, bytes).isKept()).isTrue());
        }
    }

    private final TestNetwork network;

    protected BitswapContract(TestNetwork network) {
        this.network = network;
    }

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    private Host newHost() {
        return network.newHost();
    }

    private <T> T await(Supplier<CompletionStage<T>> step) {
        return network.await(step);
    }

    private void awaitTrue(Supplier<Boolean> condition) {
        network.awaitTrue(condition);
    }

    private void onLoop(Runnable step) {
        network.onLoop(step);
    }

    /** The defaults with little patience, so that tests on real clocks end soon. */
    private static BitswapLimits limits() {
        BitswapLimits limits = BitswapLimits.defaults();
        Duration second = Duration.ofSeconds(1);
        return new BitswapLimits(
                limits.intake(),
                limits.answers(),
                limits.requests(),
                new BitswapLimits.Times(
                        second,
                        second.multipliedBy(4),
                        second.multipliedBy(5),
                        second,
                        second,
                        second.multipliedBy(60)));
    }

    private Peer newPeer() {
        Host host = newHost();
        Blockstore store = network.newStore(TestNetwork.STORE);
        Bitswap[] started = new Bitswap[1];
        onLoop(() -> started[0] =
                Bitswap.start(host, new Bitswap.Settings(store, network.workers(), network.clock(), limits())));
        return new Peer(host, store, started[0]);
    }

    private Session session(Peer peer, Host... providers) {
        return await(() -> {
            List<PeerId> ids = new ArrayList<>();
            for (Host provider : providers) {
                peer.host().peers().addAddresses(provider.id(), provider.listenAddresses());
                ids.add(provider.id());
            }
            return CompletableFuture.completedFuture(peer.bitswap().session(ids, ProviderSource.NONE));
        });
    }

    private List<Fetched> fetch(Session session, Iterable<Cid> cids) {
        return await(() -> {
            List<CompletableFuture<Fetched>> gets = new ArrayList<>();
            cids.forEach(cid -> gets.add(session.get(cid).toCompletableFuture()));
            return CompletableFuture.allOf(gets.toArray(CompletableFuture<?>[]::new))
                    .thenApply(
                            done -> gets.stream().map(CompletableFuture::join).toList());
        });
    }

    private void assertFails(ExchangeException.Kind kind, Supplier<CompletionStage<Fetched>> get) {
        assertThatThrownBy(() -> await(get))
                .satisfies(failure -> assertThat(Stages.cause(failure))
                        .isInstanceOfSatisfying(
                                ExchangeException.class,
                                exchange -> assertThat(exchange.kind()).isEqualTo(kind)));
    }

    @Test
    void fetchesBlocksOfAnotherPeerIntoItsOwnStore() {
        Peer server = newPeer();
        Peer client = newPeer();
        Map<Cid, ByteString> blocks = Blocks.random(200, BLOCK_BYTES);
        server.keep(blocks);

        List<Fetched> fetched = fetch(session(client, server.host()), blocks.keySet());

        assertThat(fetched).allSatisfy(block -> {
            assertThat(block.bytes()).isEqualTo(blocks.get(block.cid()));
            assertThat(block.from()).contains(server.id());
            assertThat(client.store().get(block.cid())).contains(block.bytes());
        });
        onLoop(() -> {
            assertThat(client.bitswap().counters().blocksReceived()).isEqualTo(blocks.size());
            assertThat(client.bitswap().counters().duplicates()).isZero();
            assertThat(server.bitswap().counters().blocksSent()).isEqualTo(blocks.size());
            assertThat(server.bitswap().unsentBytes()).isZero();
            assertThat(server.bitswap().wantsOf(client.id())).isZero();
        });
    }

    @Test
    void blocksThatAreStoredAlreadyNeedNoPeer() {
        Peer client = newPeer();
        Map<Cid, ByteString> blocks = Blocks.random(3, 100);
        client.keep(blocks);

        List<Fetched> fetched = fetch(session(client), blocks.keySet());

        assertThat(fetched).allSatisfy(block -> assertThat(block.from()).isEmpty());
    }

    @Test
    void peersFetchFromEachOtherAtOnce() {
        Peer a = newPeer();
        Peer b = newPeer();
        Map<Cid, ByteString> ofA = Blocks.random(50, BLOCK_BYTES);
        Map<Cid, ByteString> ofB = Blocks.random(50, BLOCK_BYTES + 1);
        a.keep(ofA);
        b.keep(ofB);
        Session inA = session(a, b.host());
        Session inB = session(b, a.host());

        int count = await(() -> {
            List<CompletableFuture<Fetched>> gets = new ArrayList<>();
            ofB.keySet().forEach(cid -> gets.add(inA.get(cid).toCompletableFuture()));
            ofA.keySet().forEach(cid -> gets.add(inB.get(cid).toCompletableFuture()));
            return CompletableFuture.allOf(gets.toArray(CompletableFuture<?>[]::new))
                    .thenApply(done -> gets.size());
        });

        assertThat(count).isEqualTo(100);
    }

    @Test
    void blocksOfSeveralProvidersComeFromWhoHasThem() {
        Peer even = newPeer();
        Peer odd = newPeer();
        Peer client = newPeer();
        List<Map.Entry<Cid, ByteString>> blocks =
                List.copyOf(Blocks.random(100, BLOCK_BYTES).entrySet());
        for (int i = 0; i < blocks.size(); i++) {
            (i % 2 == 0 ? even : odd).keep(Map.ofEntries(blocks.get(i)));
        }

        List<Fetched> fetched = fetch(
                session(client, even.host(), odd.host()),
                blocks.stream().map(Map.Entry::getKey).toList());

        Map<PeerId, Long> bySender = fetched.stream()
                .collect(Collectors.groupingBy(block -> block.from().orElseThrow(), Collectors.counting()));
        assertThat(bySender).containsEntry(even.id(), 50L).containsEntry(odd.id(), 50L);
        onLoop(() -> assertThat(client.bitswap().counters().duplicates()).isZero());
    }

    @Test
    void providersThatHaveEverythingShareTheWork() {
        Peer a = newPeer();
        Peer b = newPeer();
        Peer client = newPeer();
        Map<Cid, ByteString> blocks = Blocks.random(300, BLOCK_BYTES);
        a.keep(blocks);
        b.keep(blocks);

        List<Fetched> fetched = fetch(session(client, a.host(), b.host()), blocks.keySet());

        assertThat(fetched).hasSize(300);
        onLoop(() -> {
            assertThat(a.bitswap().counters().blocksSent()).isGreaterThan(30);
            assertThat(b.bitswap().counters().blocksSent()).isGreaterThan(30);
            assertThat(client.bitswap().counters().duplicates()).isLessThan(15);
        });
    }

    @Test
    void aBlockThatNobodyHasIsNotFound() {
        Peer a = newPeer();
        Peer b = newPeer();
        Peer client = newPeer();
        Session session = session(client, a.host(), b.host());

        assertFails(
                ExchangeException.Kind.NOT_FOUND,
                () -> session.get(Blocks.ids(1).get(0)));

        onLoop(() -> assertThat(session.pending()).isZero());
    }

    @Test
    void whoeverFindsProvidersIsAskedWhenNoneIsLeft() {
        Peer empty = newPeer();
        Peer server = newPeer();
        Peer client = newPeer();
        Map<Cid, ByteString> blocks = Blocks.random(5, BLOCK_BYTES);
        server.keep(blocks);
        Session session = await(() -> {
            client.host().peers().addAddresses(empty.id(), empty.host().listenAddresses());
            client.host().peers().addAddresses(server.id(), server.host().listenAddresses());
            return CompletableFuture.completedFuture(client.bitswap()
                    .session(List.of(empty.id()), cid -> CompletableFuture.completedFuture(List.of(server.id()))));
        });

        List<Fetched> fetched = fetch(session, blocks.keySet());

        assertThat(fetched).allSatisfy(block -> assertThat(block.from()).contains(server.id()));
    }

    @Test
    void aSilentProviderLosesItsWantsToOthers() {
        Host silent = newHost();
        Peer server = newPeer();
        Peer client = newPeer();
        onLoop(() -> new RawExchange(silent));
        Map<Cid, ByteString> blocks = Blocks.random(40, BLOCK_BYTES);
        server.keep(blocks);

        List<Fetched> fetched = fetch(session(client, silent, server.host()), blocks.keySet());

        assertThat(fetched).hasSize(40);
    }

    @Test
    void aProviderThatGoesAwayIsReplaced() {
        Peer leaving = newPeer();
        Peer staying = newPeer();
        Peer client = newPeer();
        Map<Cid, ByteString> blocks = Blocks.random(200, BLOCK_BYTES);
        leaving.keep(blocks);
        staying.keep(blocks);
        Session session = session(client, leaving.host(), staying.host());
        List<CompletableFuture<Fetched>> gets = new ArrayList<>();
        onLoop(() -> blocks.keySet().forEach(cid -> gets.add(session.get(cid).toCompletableFuture())));
        awaitTrue(() -> leaving.bitswap().counters().blocksSent() > 5);

        await(() -> leaving.host().close().thenApply(closed -> "closed"));

        awaitTrue(() -> gets.stream().allMatch(CompletableFuture::isDone));
        assertThat(gets)
                .allSatisfy(get -> assertThat(get.join().bytes())
                        .isEqualTo(blocks.get(get.join().cid())));
    }

    @Test
    void smallBlocksAnswerAQuestionAndLargeOnesArePromised() {
        Peer server = newPeer();
        Host host = newHost();
        ByteString small = Blocks.bytes(1024, 1);
        ByteString large = Blocks.bytes(1025, 2);
        Cid smallId = BlockHash.sha256(Cid.RAW, small);
        Cid largeId = BlockHash.sha256(Cid.RAW, large);
        Cid missing = Blocks.ids(1).get(0);
        server.keep(Map.of(smallId, small, largeId, large));
        RawExchange raw = raw(host);

        send(
                raw,
                host,
                server,
                RawExchange.wants(
                        List.of(Want.have(smallId.bytes()), Want.have(largeId.bytes()), Want.have(missing.bytes()))));

        awaitTrue(() -> raw.blocks().size() == 1 && raw.presences().size() == 2);
        assertThat(raw.blocks()).containsExactly(new Block(smallId.bytes().substring(0, 4), small));
        assertThat(raw.presences())
                .containsExactlyInAnyOrder(new Presence(largeId.bytes(), true), new Presence(missing.bytes(), false));
    }

    private RawExchange raw(Host host) {
        return await(() -> CompletableFuture.completedFuture(new RawExchange(host)));
    }

    private void send(RawExchange raw, Host from, Peer to, BitswapMessage message) {
        await(() -> {
            from.peers().addAddresses(to.id(), to.host().listenAddresses());
            return raw.send(to.id(), message).thenApply(done -> "sent");
        });
    }

    @Test
    void aWantWaitsForItsBlockUnlessItIsCancelled() {
        Peer server = newPeer();
        Host host = newHost();
        RawExchange raw = raw(host);
        Map<Cid, ByteString> blocks = Blocks.random(2, 5000);
        List<Cid> ids = List.copyOf(blocks.keySet());
        Want quiet = new Want(ids.get(0).bytes(), 1, false, false, false);
        send(
                raw,
                host,
                server,
                RawExchange.wants(List.of(quiet, Want.block(ids.get(1).bytes()))));
        awaitTrue(() -> raw.presences().size() == 1);
        send(raw, host, server, RawExchange.wants(List.of(Want.cancel(ids.get(1).bytes()))));
        awaitTrue(() -> server.bitswap().wantsOf(host.id()) == 1);

        server.keep(blocks);
        onLoop(() -> ids.forEach(server.bitswap()::stored));

        awaitTrue(() -> raw.blocks().size() == 1);
        assertThat(raw.presences()).containsExactly(new Presence(ids.get(1).bytes(), false));
        assertThat(raw.blocks().get(0).data()).isEqualTo(blocks.get(ids.get(0)));
        awaitTrue(() -> server.bitswap().wantsOf(host.id()) == 0);
    }

    @Test
    void aFullWantlistReplacesTheEarlierOne() {
        Peer server = newPeer();
        Host host = newHost();
        RawExchange raw = raw(host);
        List<Cid> ids = Blocks.ids(20);
        List<Want> wants = ids.stream().map(cid -> Want.block(cid.bytes())).toList();
        send(raw, host, server, RawExchange.wants(wants));
        awaitTrue(() -> raw.presences().size() == 20);

        send(raw, host, server, new BitswapMessage(wants.subList(0, 3), true, List.of(), List.of(), 0));

        awaitTrue(() -> server.bitswap().wantsOf(host.id()) == 3);
    }

    @Test
    void ofManyWantsOnlyTheLimitIsRemembered() {
        Peer server = newPeer();
        Host host = newHost();
        RawExchange raw = raw(host);
        List<Want> wants =
                Blocks.ids(2000).stream().map(cid -> Want.block(cid.bytes())).toList();

        send(raw, host, server, RawExchange.wants(wants));

        awaitTrue(() -> server.bitswap().counters().wantsReceived() == 2000);
        onLoop(() -> {
            assertThat(server.bitswap().wantsOf(host.id())).isEqualTo(1024);
            assertThat(server.bitswap().counters().wantsIgnored()).isEqualTo(2000 - 1024);
        });
    }

    @Test
    void aBlockIsAlsoFoundByItsVersionZeroId() {
        Peer server = newPeer();
        Host host = newHost();
        RawExchange raw = raw(host);
        ByteString bytes = Blocks.bytes(500, 3);
        Cid cid = BlockHash.sha256(0x70, bytes);
        server.keep(Map.of(cid, bytes));

        send(raw, host, server, RawExchange.wants(List.of(Want.block(cid.multihash()))));

        awaitTrue(() -> raw.blocks().size() == 1);
        assertThat(raw.blocks().get(0).prefix().toByteArray()).containsExactly(0, 0x70, 0x12, 32);
        assertThat(BlockIds.identify(raw.blocks().get(0))).contains(cid);
    }

    @Test
    void wrongAndUnaskedBlocksAreNeitherStoredNorHandedOut() {
        Peer client = newPeer();
        Host host = newHost();
        RawExchange raw = raw(host);
        Map<Cid, ByteString> blocks = Blocks.random(2, 3000);
        Cid wanted = List.copyOf(blocks.keySet()).get(0);
        Cid unasked = List.copyOf(blocks.keySet()).get(1);
        ByteString prefix = wanted.bytes().substring(0, 4);
        Session session = session(client, host);
        List<CompletableFuture<Fetched>> get = new ArrayList<>();
        onLoop(() -> get.add(session.get(wanted).toCompletableFuture()));
        awaitTrue(() -> raw.isWanted(wanted.bytes()));

        send(
                raw,
                host,
                client,
                RawExchange.blocks(List.of(
                        new Block(prefix, Blocks.bytes(3000, 77)),
                        new Block(ByteString.copyFromUtf8("nonsense"), blocks.get(wanted)),
                        new Block(prefix, blocks.get(unasked)))));

        awaitTrue(() -> client.bitswap().counters().duplicates() == 3);
        assertThat(get.get(0).isDone()).isFalse();
        assertThat(client.store().has(unasked)).isFalse();
        send(raw, host, client, RawExchange.blocks(List.of(new Block(prefix, blocks.get(wanted)))));
        assertThat(await(() -> get.get(0)).bytes()).isEqualTo(blocks.get(wanted));
    }

    @Test
    void aClosedSessionTakesItsWantsBack() {
        Peer client = newPeer();
        Host host = newHost();
        RawExchange raw = raw(host);
        Session session = session(client, host);
        Cid cid = Blocks.ids(1).get(0);
        List<CompletableFuture<Fetched>> get = new ArrayList<>();
        onLoop(() -> get.add(session.get(cid).toCompletableFuture()));
        awaitTrue(() -> raw.isWanted(cid.bytes()));

        onLoop(session::close);

        assertFails(ExchangeException.Kind.CLOSED, () -> get.get(0));
        awaitTrue(() -> !raw.isWanted(cid.bytes()));
        assertFails(ExchangeException.Kind.CLOSED, () -> session.get(cid));
    }

    @Test
    void twoSessionsShareOneBlock() {
        Peer server = newPeer();
        Peer client = newPeer();
        Map<Cid, ByteString> blocks = Blocks.random(20, BLOCK_BYTES);
        server.keep(blocks);
        Session one = session(client, server.host());
        Session other = session(client, server.host());

        int count = await(() -> {
            List<CompletableFuture<Fetched>> gets = new ArrayList<>();
            for (Cid cid : blocks.keySet()) {
                gets.add(one.get(cid).toCompletableFuture());
                gets.add(one.get(cid).toCompletableFuture());
                gets.add(other.get(cid).toCompletableFuture());
            }
            return CompletableFuture.allOf(gets.toArray(CompletableFuture<?>[]::new))
                    .thenApply(done -> gets.size());
        });

        assertThat(count).isEqualTo(60);
        // A session that begins to want a block while it travels for the other one costs a second copy, not more.
        onLoop(() -> assertThat(server.bitswap().counters().blocksSent()).isBetween(20L, 40L));
    }

    @Test
    void theLargestBlockTravels() {
        Peer server = newPeer();
        Peer client = newPeer();
        Map<Cid, ByteString> blocks = Blocks.random(4, 2 << 20);
        server.keep(blocks);

        List<Fetched> fetched = fetch(session(client, server.host()), blocks.keySet());

        assertThat(fetched).allSatisfy(block -> assertThat(block.bytes()).isEqualTo(blocks.get(block.cid())));
    }

    @Test
    void blocksUnderBlake3AreExchanged() {
        Peer server = newPeer();
        Peer client = newPeer();
        ByteString bytes = Blocks.bytes(10_000, 9);
        Cid cid = BlockHash.blake3(Cid.RAW, bytes);
        server.keep(Map.of(cid, bytes));

        List<Fetched> fetched = fetch(session(client, server.host()), List.of(cid));

        assertThat(fetched).extracting(Fetched::bytes).containsExactly(bytes);
        assertThat(fetched.get(0).from()).isEqualTo(Optional.of(server.id()));
    }
}
