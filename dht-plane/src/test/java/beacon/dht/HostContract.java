package beacon.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.HostException.Reason;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Host} promises. Two hosts, {@code a} and {@code b}, that do not know each other. */
public abstract class HostContract {
    protected static final String ECHO = "/test/echo/1.0.0";

    private Host a;
    private Host b;
    private final List<String> events = new ArrayList<>();

    /** A new host that listens, on the same network as the others of the test. */
    protected abstract Host newHost();

    /** Runs the supplier on the loop and waits for what its stage yields. */
    protected abstract <T> T await(Supplier<CompletionStage<T>> step);

    /** Waits until the condition, asked on the loop, holds. */
    protected abstract void awaitTrue(Supplier<Boolean> condition);

    /** Runs something on the loop. */
    protected void onLoop(Runnable step) {
        await(() -> {
            step.run();
            return java.util.concurrent.CompletableFuture.completedFuture(null);
        });
    }

    @BeforeEach
    void createHosts() {
        a = newHost();
        b = newHost();
        onLoop(() -> {
            b.handle(ECHO, HostContract::echo);
            record("a", a);
            record("b", b);
        });
    }

    private void record(String name, Host host) {
        host.listen(new HostListener() {
            @Override
            public void connected(PeerId peer) {
                events.add(name + " connected");
            }

            @Override
            public void disconnected(PeerId peer) {
                events.add(name + " disconnected");
            }

            @Override
            public void identified(PeerInfo peer) {
                events.add(name + " identified " + peer.serves(ECHO));
            }
        });
    }

    protected static void echo(HostStream stream) {
        stream.read().whenComplete((bytes, failure) -> {
            if (failure != null) {
                stream.reset();
            } else if (bytes.isEmpty()) {
                stream.closeWrite();
            } else {
                stream.write(bytes).whenComplete((done, writeFailure) -> {
                    if (writeFailure == null) {
                        echo(stream);
                    }
                });
            }
        });
    }

    private PeerId connect() {
        return await(() -> a.connect(b.id(), b.listenAddresses()));
    }

    private static Reason reasonOf(Throwable failure) {
        return ((HostException) Stages.cause(failure)).reason();
    }

    private void assertFails(Reason reason, Supplier<CompletionStage<?>> step) {
        assertThatThrownBy(() -> await(() -> step.get().thenApply(x -> x)))
                .satisfies(failure -> assertThat(reasonOf(failure)).isEqualTo(reason));
    }

    @Test
    void bothSidesSeeOneConnectionAndWhatTheOtherServes() {
        PeerId connected = connect();

        assertThat(connected).isEqualTo(b.id());
        awaitTrue(() -> events.contains("a identified true") && events.contains("b identified false"));
        awaitTrue(() -> a.isConnected(b.id()) && b.isConnected(a.id()));
        onLoop(() -> {
            assertThat(a.connected()).containsExactly(b.id());
            assertThat(a.peers().info(b.id()).orElseThrow().addresses()).isEqualTo(b.listenAddresses());
            assertThat(events.indexOf("a connected")).isLessThan(events.indexOf("a identified true"));
            assertThat(events.indexOf("b connected")).isLessThan(events.indexOf("b identified false"));
        });
    }

    @Test
    void connectingTwiceYieldsOneConnection() {
        connect();
        connect();

        onLoop(() -> assertThat(events.stream().filter("a connected"::equals)).hasSize(1));
    }

    @Test
    void peersThatDialEachOtherAtOnceStayConnected() {
        await(() -> {
            CompletionStage<PeerId> there = a.connect(b.id(), b.listenAddresses());
            CompletionStage<PeerId> back = b.connect(a.id(), a.listenAddresses());
            return there.thenCombine(back, List::of);
        });

        HostStream stream = await(() -> a.newStream(b.id(), List.of(ECHO)));
        await(() -> stream.write(ByteString.copyFromUtf8("hello")));

        assertThat(await(stream::read).toStringUtf8()).isEqualTo("hello");
        awaitTrue(() -> a.isConnected(b.id()) && b.isConnected(a.id()));
        onLoop(() -> {
            assertThat(events.stream().filter("a connected"::equals)).hasSize(1);
            assertThat(events.stream().filter("b connected"::equals)).hasSize(1);
        });
        // The second of the two connections may be through its handshake only after the first was closed.
        awaitTrue(() -> {
            a.disconnect(b.id());
            return !a.isConnected(b.id()) && !b.isConnected(a.id());
        });
    }

    @Test
    void bytesComeBackInOrderAndTheStreamEnds() {
        connect();
        HostStream stream = await(() -> a.newStream(b.id(), List.of(ECHO)));

        await(() -> stream.write(ByteString.copyFromUtf8("one ")));
        await(() -> stream.write(ByteString.copyFromUtf8("two")));
        onLoop(stream::closeWrite);
        ByteString all = ByteString.EMPTY;
        ByteString next = await(stream::read);
        while (!next.isEmpty()) {
            all = all.concat(next);
            next = await(stream::read);
        }

        assertThat(all.toStringUtf8()).isEqualTo("one two");
        assertThat(stream.protocol()).isEqualTo(ECHO);
        assertThat(stream.remote()).isEqualTo(b.id());
    }

    @Test
    void aStreamConnectsByItselfWhenAnAddressIsKnown() {
        onLoop(() -> a.peers().addAddresses(b.id(), b.listenAddresses()));

        HostStream stream = await(() -> a.newStream(b.id(), List.of(ECHO)));

        assertThat(stream.protocol()).isEqualTo(ECHO);
    }

    @Test
    void theFirstProtocolThatThePeerServesIsTaken() {
        connect();

        HostStream stream = await(() -> a.newStream(b.id(), List.of("/test/none/1.0.0", ECHO)));

        assertThat(stream.protocol()).isEqualTo(ECHO);
    }

    @Test
    void unservedProtocolsAndUnknownPeersFailWithAReason() {
        connect();
        PeerId nobody = PeerId.parse("12D3KooWCryG7Mon9orvQxcS1rYZjotPgpwoJNHHKcLLfE4Hf5mV");

        assertFails(Reason.UNSUPPORTED, () -> a.newStream(b.id(), List.of("/test/none/1.0.0")));
        assertFails(Reason.UNREACHABLE, () -> a.connect(nobody, List.of()));
        assertFails(Reason.UNREACHABLE, () -> a.connect(a.id(), a.listenAddresses()));
    }

    @Test
    void anotherPeerUnderTheAddressIsRefused() {
        Host c = newHost();
        List<Multiaddr> addressesOfB = b.listenAddresses();

        assertFails(Reason.WRONG_PEER, () -> a.connect(c.id(), addressesOfB));

        onLoop(() -> assertThat(a.connected()).isEmpty());
    }

    @Test
    void anUnreadStreamStopsTheWriterAndAReaderFreesIt() {
        List<HostStream> unread = new ArrayList<>();
        onLoop(() -> b.handle("/test/sink/1.0.0", unread::add));
        connect();
        HostStream stream = await(() -> a.newStream(b.id(), List.of("/test/sink/1.0.0")));
        ByteString block = ByteString.copyFrom(new byte[HostStream.MAX_WAITING_BYTES]);
        List<String> taken = new ArrayList<>();

        onLoop(() -> stream.write(block).whenComplete((done, failure) -> taken.add("block")));
        assertFails(Reason.LIMIT, () -> stream.write(block));
        awaitTrue(() -> unread.size() == 1);
        onLoop(() -> assertThat(taken).isEmpty());
        long total = 0;
        while (total < block.size()) {
            total += await(() -> unread.get(0).read()).size();
        }

        awaitTrue(() -> taken.contains("block"));
        assertThat(total).isEqualTo(block.size());
    }

    @Test
    void aResetReachesTheOtherEnd() {
        List<HostStream> accepted = new ArrayList<>();
        onLoop(() -> b.handle("/test/sink/1.0.0", accepted::add));
        connect();
        HostStream stream = await(() -> a.newStream(b.id(), List.of("/test/sink/1.0.0")));
        awaitTrue(() -> accepted.size() == 1);

        onLoop(stream::reset);

        assertFails(Reason.RESET, () -> accepted.get(0).read());
        assertFails(Reason.CLOSED, stream::read);
        assertFails(Reason.RESET, () -> accepted.get(0).write(ByteString.copyFromUtf8("late")));
    }

    @Test
    void disconnectingEndsStreamsOnBothSides() {
        connect();
        HostStream stream = await(() -> a.newStream(b.id(), List.of(ECHO)));

        onLoop(() -> b.disconnect(a.id()));

        assertFails(Reason.CLOSED, stream::read);
        awaitTrue(() -> events.contains("a disconnected") && events.contains("b disconnected"));
        onLoop(() -> assertThat(a.isConnected(b.id())).isFalse());
    }

    @Test
    void aNewProtocolIsToldToConnectedPeers() {
        connect();
        awaitTrue(() -> events.contains("b identified false"));

        onLoop(() -> a.handle(ECHO, HostContract::echo));
        awaitTrue(() -> events.contains("b identified true"));
        onLoop(() -> {
            events.clear();
            a.unhandle(ECHO);
        });

        awaitTrue(() -> events.contains("b identified false"));
    }

    @Test
    void messagesKeepTheirBoundsAndOversizedOnesAreRefused() {
        onLoop(() -> b.handle("/test/big/1.0.0", stream -> {
            MessageStream messages = new MessageStream(stream, 100);
            messages.read().thenCompose(m -> messages.write(ByteString.copyFrom(new byte[50])));
        }));
        connect();
        Duration timeout = Duration.ofSeconds(20);
        ByteString question = ByteString.copyFromUtf8("question");

        ByteString answer = await(
                () -> Exchanges.ask(a, b.id(), question, new Exchanges.Terms(List.of("/test/big/1.0.0"), 50, timeout)));

        assertThat(answer).isEqualTo(ByteString.copyFrom(new byte[50]));
        assertFails(
                Reason.LIMIT,
                () -> Exchanges.ask(a, b.id(), question, new Exchanges.Terms(List.of("/test/big/1.0.0"), 49, timeout)));
    }

    @Test
    void aSilentPeerEndsTheExchangeWithATimeout() {
        onLoop(() -> b.handle("/test/silent/1.0.0", stream -> {}));
        connect();

        assertFails(
                Reason.TIMEOUT,
                () -> Exchanges.ask(
                        a,
                        b.id(),
                        ByteString.copyFromUtf8("anyone?"),
                        new Exchanges.Terms(List.of("/test/silent/1.0.0"), 100, Duration.ofMillis(500))));
    }

    @Test
    void aPingIsAnswered() {
        Duration roundTrip = await(() -> {
            a.peers().addAddresses(b.id(), b.listenAddresses());
            return a.ping(b.id());
        });

        assertThat(roundTrip).isPositive();
    }

    @Test
    void aClosedHostRefusesAndIsGone() {
        connect();

        await(() -> b.close().thenApply(nothing -> "closed"));

        awaitTrue(() -> !a.isConnected(b.id()));
        assertFails(Reason.CLOSED, () -> b.connect(a.id(), a.listenAddresses()));
        assertThatThrownBy(() -> await(() -> a.connect(b.id(), b.listenAddresses())))
                .satisfies(failure -> assertThat(reasonOf(failure)).isIn(Reason.UNREACHABLE, Reason.BACKING_OFF));
    }
}
