package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.kademlia.KadCodec;
import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadMessage;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.Providers;
import beacon.dht.node.DhtConfig;
import beacon.dht.node.DhtNode;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.Varint;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise 10 at the level of the DHT, over TCP: no bad peer costs a node more than 128 MiB, and honest peers get their
 * pings answered throughout. The node runs in a process of its own that could not survive more.
 */
class KadAbuseIT {
    private static final int MAX_COST_MIB = 128;
    private static final int STREAM_BYTES = 250 << 10;
    private static final byte[] NONE = new byte[0];
    private static final ByteString CONTENT = content(1);
    private static final List<Multiaddr> SOMEWHERE = List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/4001"));

    @TempDir
    Path directory;

    private final List<RawPeer> raw = new ArrayList<>();
    private AbuseTarget target;
    private HonestPings pings;
    private long before;

    @BeforeEach
    void startTarget() {
        target = AbuseTarget.start(directory);
        pings = new HonestPings(target.peer());
        before = target.numbers().get("rss_mib");
    }

    @AfterEach
    void honestPeersWereServedAndLittleWasKept(TestInfo test) {
        // What was sent may still be worked on, and the bad peers are still there.
        pings.awaitAnswers(3);
        HonestPings.Outcome outcome = pings.stop();
        long cost = target.numbers().get("rss_mib") - before;
        String seen = "%s: cost %d MiB; honest pings: %d answered, slowest %d ms"
                .formatted(test.getDisplayName(), cost, outcome.answered(), outcome.slowestMillis());
        System.out.println(seen);
        raw.forEach(RawPeer::close);
        pings.close();
        target.close();
        assertThat(cost).as(seen).isLessThan(MAX_COST_MIB);
        assertThat(outcome.failed()).as(seen).isZero();
        assertThat(outcome.answered()).as(seen).isPositive();
    }

    private static ByteString content(int number) {
        byte[] bytes = new byte[34];
        bytes[0] = 0x12;
        bytes[1] = 32;
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[2 + i] = (byte) (number >>> (8 * i));
        }
        return ByteString.copyFrom(bytes);
    }

    private RawPeer secured() {
        RawPeer peer = RawPeer.secured(target.address());
        raw.add(peer);
        return peer;
    }

    private static byte[] prefixed(ByteString message) {
        return ByteString.copyFrom(Varint.encode(message.size()))
                .concat(message)
                .toByteArray();
    }

    private static byte[] prefixed(KadMessage message) {
        return prefixed(KadCodec.encode(message));
    }

    /** Opens a stream of the DHT and sends bytes on it, at most a window. */
    private static boolean send(RawPeer peer, int stream, byte[] bytes) {
        boolean open = peer.sendSealed(RawPeer.openFor(stream, KadConfig.BEACON));
        for (int at = 0; at < bytes.length && open; at += 16 << 10) {
            int end = Math.min(bytes.length, at + (16 << 10));
            open = peer.sendSealed(RawPeer.data(stream, java.util.Arrays.copyOfRange(bytes, at, end)));
        }
        return open;
    }

    private void awaitNumber(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TcpHosts.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected " + what + ", but found " + target.numbers());
            }
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
    }

    private void awaitRefused(long count) {
        awaitNumber(count + " refused requests", () -> target.numbers().get("total_rpcs_refused") >= count);
    }

    private static KadPeer self(RawPeer peer) {
        return new KadPeer(peer.keys().peerId(), SOMEWHERE);
    }

    @Test
    void oversizedMessages() {
        for (int i = 0; i < 200; i++) {
            RawPeer peer = i % 20 == 0 ? secured() : raw.get(raw.size() - 1);
            byte[] huge = new byte[STREAM_BYTES];
            byte[] length = Varint.encode(i % 2 == 0 ? 0xffff_ffffL : KadCodec.MAX_MESSAGE_BYTES + 1);
            System.arraycopy(length, 0, huge, 0, length.length);
            send(peer, 2 * (i % 20) + 1, huge);
        }

        assertThat(newcomerFinds(CONTENT)).isEmpty();
    }

    @Test
    void malformedMessages() {
        RawPeer peer = secured();
        for (int i = 0; i < 100; i++) {
            send(peer, 2 * i + 1, prefixed(ByteString.copyFrom(RawPeer.random(1000))));
        }

        awaitRefused(100);
    }

    @Test
    void providerRecordsForOthersAndOtherRefusals() {
        RawPeer peer = secured();
        PeerId other = new PeerKeys(RawPeer.random(32)).peerId();
        send(peer, 1, prefixed(KadMessage.addProvider(CONTENT, new KadPeer(other, SOMEWHERE))));
        KadMessage mismatched = new KadMessage(
                KadMessage.Type.PUT_VALUE,
                ByteString.copyFromUtf8("/test/a"),
                KadMessage.putValue(ByteString.copyFromUtf8("/test/b"), CONTENT).record(),
                List.of(),
                List.of());
        send(peer, 3, prefixed(mismatched));
        send(peer, 5, prefixed(KadMessage.putValue(ByteString.copyFromUtf8("/unknown/a"), CONTENT)));

        awaitRefused(2);
        assertThat(target.numbers().get("provider_records")).isZero();
        assertThat(target.numbers().get("value_records")).isZero();
    }

    @Test
    void recordsByTheMillion() {
        int sent = 0;
        for (int p = 0; p < 20; p++) {
            RawPeer peer = secured();
            ByteArrayOutputStream batch = new ByteArrayOutputStream();
            int stream = 1;
            boolean open = true;
            for (int i = 0; i < 50_000 && open; i++) {
                batch.writeBytes(prefixed(KadMessage.addProvider(content(sent++), self(peer))));
                if (batch.size() > STREAM_BYTES - 1000) {
                    open = send(peer, stream, batch.toByteArray());
                    stream += 2;
                    batch.reset();
                }
            }
        }

        awaitRefused(20);
        assertThat(target.numbers().get("provider_records"))
                .isPositive()
                .isLessThanOrEqualTo(KadConfig.KadLimits.TRUSTED_ADDRESSES.maxProviderRecords());
    }

    @Test
    void hundredThousandRequestsWhoseAnswersAreNotRead() {
        RawPeer peer = secured();
        byte[] request = prefixed(KadMessage.findNode(CONTENT));
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        int sent = 0;
        int stream = 1;
        boolean open = true;
        while (sent < 100_000 && open) {
            batch.writeBytes(request);
            sent++;
            if (batch.size() > (64 << 10)) {
                open = send(peer, stream, batch.toByteArray());
                stream += 2;
                batch.reset();
            }
        }

        assertThat(newcomerFinds(CONTENT)).isEmpty();
        assertThat(target.numbers().get("total_rpcs_served")).isPositive();
    }

    @Test
    void tenThousandAddressesInAProviderRecord() {
        RawPeer peer = secured();
        ProtoWriter provider = new ProtoWriter().bytes(1, peer.keys().peerId().bytes());
        for (int i = 0; i < 10_000; i++) {
            provider.bytes(
                    2,
                    Multiaddr.parse("/ip4/10.1.%d.%d/tcp/4001".formatted(i >> 8, i & 0xff))
                            .bytes());
        }
        ByteString message = new ProtoWriter()
                .integer(1, 2)
                .bytes(2, CONTENT)
                .bytes(9, provider.toByteString())
                .toByteString();
        assertThat(message.size()).isGreaterThan(90_000);
        for (int i = 0; i < 50; i++) {
            send(peer, 2 * i + 1, prefixed(message));
        }
        RawPeer wellBehaved = secured();
        send(wellBehaved, 1, prefixed(KadMessage.addProvider(CONTENT, self(wellBehaved))));

        awaitNumber("a record", () -> target.numbers().get("provider_records") >= 1);
        assertThat(newcomerFinds(CONTENT))
                .isNotEmpty()
                .allSatisfy(found -> assertThat(found.addresses()).hasSizeLessThanOrEqualTo(8));
    }

    @Test
    void fiftyThousandStreamsOpenedForTheDhtAndReset() {
        RawPeer peer = secured();
        boolean open = true;
        for (int stream = 1; stream < 100_000 && open; stream += 2) {
            open = peer.sendSealed(RawPeer.openFor(stream, KadConfig.BEACON))
                    && peer.sendSealed(RawPeer.frame(YamuxFrame.DATA, YamuxFrame.RST, stream, 0, NONE));
        }

        assertThat(peer.isClosedWithin(20_000)).isTrue();
    }

    @Test
    void aHeaderThatPromisesFourGibibytes() {
        for (int i = 0; i < 20; i++) {
            RawPeer peer = secured();
            peer.sendSealed(RawPeer.openFor(1, KadConfig.BEACON));
            peer.sendSealed(RawPeer.frame(YamuxFrame.DATA, 0, 1, -1, NONE));
            boolean open = true;
            for (int j = 0; j < 1000 && open; j++) {
                open = peer.sendSealed(new byte[60_000]);
            }
            assertThat(peer.isClosedWithin(20_000)).isTrue();
        }
    }

    /** Who a peer that has just come finds as providers; it is served at once. */
    private List<KadPeer> newcomerFinds(ByteString content) {
        try (DhtNode newcomer = DhtNode.start(new DhtConfig(
                Optional.empty(),
                List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")),
                Limits.forLoopback(),
                KadConfig.server(KadConfig.BEACON, List.of(target.peer())),
                DhtConfig.Upkeep.DEFAULT,
                "beacon-test"))) {
            newcomer.joined().orTimeout(60, TimeUnit.SECONDS).join();
            Providers found = newcomer.call(() -> newcomer.kademlia().findProviders(content, 20))
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            return found.peers();
        }
    }
}
