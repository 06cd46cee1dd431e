package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.HostStream;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.Multistream;
import beacon.dht.wire.Varint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Promise 10 at the level of connections: bad input ends the connection it came on, costs no more than the limits say,
 * and an honest peer is served throughout. Judged by counters and by what the bad peer sees, not by time.
 */
class AbuseIT {
    private static final String SINK = "/test/sink/1.0.0";
    private static final byte[] NONE = new byte[0];
    private static final int PATIENCE_MILLIS = 20_000;

    private final TcpHosts hosts = new TcpHosts();
    private final List<HostStream> unread = new ArrayList<>();
    private final List<RawPeer> raw = new ArrayList<>();
    private TcpHost target;
    private TcpHost honest;
    private Multiaddr address;

    @BeforeEach
    void startHosts() {
        Limits.Timeouts usual = Limits.defaults().timeouts();
        Duration soon = Duration.ofSeconds(2);
        target = hosts.start(Limits.forLoopback()
                .with(new Limits.Timeouts(
                        usual.dial(), soon, soon, soon, usual.idle(), usual.keepAlive(), usual.backOff())));
        honest = hosts.start(Limits.forLoopback());
        address = target.listenAddresses().get(0);
        hosts.await(() -> {
            target.handle(SINK, unread::add);
            return honest.connect(target.id(), target.listenAddresses());
        });
    }

    @AfterEach
    void anHonestPeerIsStillServed() {
        assertThat(hosts.await(() -> honest.ping(target.id()))).isPositive();
        raw.forEach(RawPeer::close);
        hosts.close();
    }

    private RawPeer connect() {
        RawPeer peer = RawPeer.connect(address);
        raw.add(peer);
        return peer;
    }

    private RawPeer secured() {
        RawPeer peer = RawPeer.secured(address);
        raw.add(peer);
        return peer;
    }

    private void assertCloses(RawPeer peer) {
        assertThat(peer.isClosedWithin(PATIENCE_MILLIS)).as("closed").isTrue();
    }

    private long counter(String name) {
        return target.counters().snapshot().get(name);
    }

    @Test
    void garbageAndOtherProtocolsAreClosed() {
        RawPeer garbage = connect();
        garbage.send(RawPeer.random(64 << 10));
        RawPeer http = connect();
        http.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        assertCloses(garbage);
        assertCloses(http);
    }

    @Test
    void silentAndTricklingConnectionsAreClosed() {
        RawPeer silent = connect();
        RawPeer halfway = connect();
        halfway.startNoise();
        halfway.readNoiseMessage();
        RawPeer trickling = connect();
        byte[] header = Multistream.encode(Multistream.HEADER).toByteArray();
        boolean open = true;
        for (int i = 0; i < 400 && open; i++) {
            open = trickling.send(Arrays.copyOfRange(header, i % header.length, i % header.length + 1))
                    && !trickling.isClosedWithin(20);
        }

        assertThat(open).as("a byte now and then keeps a handshake open").isFalse();
        assertCloses(silent);
        assertCloses(halfway);
    }

    @Test
    void aMessageThatNeverEndsIsClosed() {
        RawPeer peer = secured();
        peer.send(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3});

        assertCloses(peer);
        assertThat(counter("limits_reached")).isPositive();
    }

    @Test
    void forgedHandshakesAreClosed() {
        RawPeer wrongSigner = connect();
        wrongSigner.startNoise();
        wrongSigner.readNoiseMessage();
        wrongSigner.sendIdentity(wrongSigner.keys(), new PeerKeys(RawPeer.random(32)));
        RawPeer zeroKey = connect();
        zeroKey.send(Multistream.encode(Multistream.HEADER)
                .concat(Multistream.encode(Identity.NOISE))
                .toByteArray());
        zeroKey.sendPrefixed(new byte[32]);
        RawPeer tampered = connect();
        tampered.startNoise();
        tampered.readNoiseMessage();
        byte[] third = tampered.noise().write(new byte[100]);
        third[third.length / 2] ^= 1;
        tampered.sendPrefixed(third);
        RawPeer pretender = connect();
        pretender.startNoise();
        pretender.readNoiseMessage();
        pretender.sendPrefixed(pretender.noise().write(RawPeer.random(500)));

        for (RawPeer peer : List.of(wrongSigner, zeroKey, tampered, pretender)) {
            assertCloses(peer);
        }
        assertThat(counter("handshakes_failed")).isGreaterThanOrEqualTo(4);
        hosts.await(() -> {
            assertThat(target.connected()).containsExactly(honest.id());
            return CompletableFuture.completedFuture(null);
        });
    }

    @Test
    void oversizedPrefixesAreClosedBeforeAnythingIsKept() {
        RawPeer multistream = connect();
        multistream.send(Varint.encode(Multistream.MAX_BYTES + 1));
        RawPeer endlessVarint = connect();
        endlessVarint.send(new byte[] {-1, -1, -1, -1});
        RawPeer noise = connect();
        noise.send(Multistream.encode(Multistream.HEADER)
                .concat(Multistream.encode(Identity.NOISE))
                .toByteArray());
        noise.send(new byte[] {-1, -1});

        for (RawPeer peer : List.of(multistream, endlessVarint, noise)) {
            assertCloses(peer);
        }
    }

    @Test
    void messagesThatDoNotOpenAreClosed() {
        RawPeer tampered = secured();
        byte[] sealed = tampered.seal(RawPeer.open(1));
        sealed[3] ^= 1;
        tampered.sendPrefixed(sealed);
        RawPeer tooShort = secured();
        tooShort.sendPrefixed(new byte[5]);

        assertCloses(tampered);
        assertCloses(tooShort);
    }

    @Test
    void badYamuxFramesEndTheConnection() {
        byte[] badVersion = RawPeer.frame(YamuxFrame.PING, YamuxFrame.SYN, 0, 1, NONE);
        badVersion[0] = 9;
        List<byte[]> bad = List.of(
                badVersion,
                RawPeer.frame(7, 0, 1, 0, NONE),
                RawPeer.frame(YamuxFrame.DATA, 0, 0, 1, new byte[1]),
                RawPeer.frame(YamuxFrame.PING, YamuxFrame.SYN, 5, 1, NONE),
                RawPeer.frame(YamuxFrame.PING, YamuxFrame.ACK, 0, 77, NONE),
                RawPeer.open(2),
                RawPeer.data(1001 - 1, new byte[1]),
                concat(RawPeer.open(1), RawPeer.open(1)),
                RawPeer.frame(YamuxFrame.DATA, YamuxFrame.SYN, 1, -1, NONE),
                RawPeer.frame(YamuxFrame.DATA, YamuxFrame.SYN, 1, ReceiveWindow.INITIAL_BYTES + 1, NONE));

        for (byte[] frame : bad) {
            RawPeer peer = secured();
            peer.sendSealed(frame);
            assertCloses(peer);
        }
        assertThat(counter("protocol_errors")).isEqualTo(bad.size());
    }

    private static byte[] concat(byte[]... parts) {
        int size = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] all = new byte[size];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    @Test
    void overrunningTheWindowEndsTheConnection() {
        RawPeer peer = secured();
        peer.sendSealed(RawPeer.openFor(1, SINK));
        hosts.awaitTrue(() -> unread.size() == 1);
        byte[] block = new byte[16 << 10];
        boolean open = true;
        for (int i = 0; i < 17 && open; i++) {
            open = peer.sendSealed(RawPeer.data(1, block));
        }

        assertCloses(peer);
        assertThat(counter("protocol_errors")).isEqualTo(1);
        assertThat(counter("unread_bytes_peak")).isLessThanOrEqualTo(ReceiveWindow.INITIAL_BYTES);
        hosts.awaitTrue(() -> counter("unread_bytes") == 0);
    }

    @Test
    void aPeerThatNeverReadsIsNotReadFrom() {
        RawPeer peer = secured();
        peer.sendSealed(RawPeer.openFor(1, Ping.PROTOCOL));
        byte[] pings = RawPeer.data(1, new byte[16 << 10]);

        long sent = peer.sendUntilStuck(pings, 64 << 20, 3000);

        // Closed for overrunning its window, or stuck; in neither case is the flood taken.
        assertThat(sent).isLessThan(32 << 20);
        assertThat(counter("unread_bytes_peak")).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void rapidResetsEndTheConnection() {
        RawPeer peer = secured();
        boolean open = true;
        for (int stream = 1; stream < 100_000 && open; stream += 2) {
            open = peer.sendSealed(
                    concat(RawPeer.open(stream), RawPeer.frame(YamuxFrame.DATA, YamuxFrame.RST, stream, 0, NONE)));
        }

        assertCloses(peer);
        assertThat(counter("streams_accepted"))
                .isLessThan(2L * Limits.defaults().streams().nuisancePerMinute());
    }

    @Test
    void floodsOfPingsEndTheConnection() {
        RawPeer peer = secured();
        boolean open = true;
        for (int i = 0; i < 100_000 && open; i++) {
            open = peer.sendSealed(RawPeer.frame(YamuxFrame.PING, YamuxFrame.SYN, 0, i, NONE));
        }

        assertCloses(peer);
        assertThat(counter("limits_reached")).isPositive();
    }

    @Test
    void streamsBeyondTheLimitAreRefusedAndIdleOnesEnd() {
        RawPeer peer = secured();
        for (int i = 0; i < 300; i++) {
            peer.sendSealed(RawPeer.open(2 * i + 1));
        }

        hosts.awaitTrue(() -> counter("streams_refused") == 300 - 256);
        long deadline = System.nanoTime() + Duration.ofMillis(PATIENCE_MILLIS).toNanos();
        int resets = 0;
        while (resets < 300 && System.nanoTime() < deadline) {
            byte[] frames = peer.receiveSealed();
            for (int at = 0; at + YamuxFrame.HEADER_BYTES <= frames.length; ) {
                resets += (frames[at + 3] & YamuxFrame.RST) != 0 ? 1 : 0;
                boolean data = frames[at + 1] == YamuxFrame.DATA;
                at += YamuxFrame.HEADER_BYTES + (data ? YamuxFrame.getInt(frames, at + 8) : 0);
            }
        }
        assertThat(resets).isGreaterThanOrEqualTo(300);
    }

    @Test
    void unreadBytesOfAllStreamsTogetherAreBounded() {
        RawPeer peer = secured();
        byte[] block = new byte[32 << 10];
        for (int i = 0; i < 200; i++) {
            int stream = 2 * i + 1;
            peer.sendSealed(RawPeer.openFor(stream, SINK));
            for (int j = 0; j < 7; j++) {
                peer.sendSealed(RawPeer.data(stream, block));
            }
        }

        hosts.awaitTrue(() -> counter("limits_reached") > 0);
        assertThat(counter("unread_bytes_peak"))
                .isLessThanOrEqualTo(Limits.defaults().memory().unreadPerConnection() + (64 << 10));
    }

    @Test
    void aThousandIdleConnectionsLeaveRoomForHonestOnes() {
        int handshakes = Limits.defaults().connections().handshakes();
        for (int i = 0; i < 1000; i++) {
            connect();
        }

        hosts.awaitTrue(() -> counter("accepted") + counter("refused") > 1000);
        assertThat(counter("connections")).isLessThanOrEqualTo(handshakes + 1L);
        assertThat(counter("refused")).isGreaterThanOrEqualTo(1000 - handshakes);
        hosts.awaitTrue(() -> counter("connections") == 1);
        TcpHost newcomer = hosts.start(Limits.forLoopback());
        assertThat(hosts.await(() -> newcomer.connect(target.id(), target.listenAddresses())))
                .isEqualTo(target.id());
    }

    @Test
    void connectionsOfLittleUseMakeRoomForOwnOnes() {
        Limits limits = Limits.forLoopback();
        Limits.Connections few = new Limits.Connections(20, 20, 4, 20, 20);
        TcpHost small = hosts.start(limits.with(few));
        for (int i = 0; i < 20; i++) {
            RawPeer peer = RawPeer.secured(small.listenAddresses().get(0));
            raw.add(peer);
        }
        hosts.awaitTrue(() -> small.connected().size() == 20);

        hosts.await(() -> small.connect(honest.id(), honest.listenAddresses()));

        hosts.awaitTrue(
                () -> small.isConnected(honest.id()) && small.connected().size() <= 20);
    }

    @Test
    void oneAddressHasItsOwnLimit() {
        TcpHost strict = hosts.start(Limits.defaults());
        int perIp = Limits.defaults().connections().perIp();
        for (int i = 0; i < 3 * perIp; i++) {
            raw.add(RawPeer.connect(strict.listenAddresses().get(0)));
        }

        hosts.awaitTrue(() -> strict.counters().snapshot().get("refused") == 2L * perIp);
        assertThat(strict.counters().snapshot()).containsEntry("accepted", (long) perIp);
    }
}
