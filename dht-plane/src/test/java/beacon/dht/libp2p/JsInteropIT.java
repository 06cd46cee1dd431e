package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.HostStream;
import beacon.dht.PeerInfo;
import beacon.dht.testing.Vectors;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The newest js-libp2p and this host understand each other, whoever dials. */
class JsInteropIT {
    private static final String ECHO = "/beacon-test/echo/1.0.0";
    private static final String SINK = "/beacon-test/sink/1.0.0";
    private static final int LARGE_BYTES = 16 << 20;
    private static JsPeer js;
    private static PeerId jsPeer;
    private static List<Multiaddr> jsAddresses;

    private final TcpHosts hosts = new TcpHosts();
    private TcpHost host;

    @BeforeAll
    static void startJs() {
        js = JsPeer.start();
        jsPeer = PeerId.parse(Vectors.values(js.ready(), "peer").get(0));
        jsAddresses =
                Vectors.list(js.ready(), "addrs").stream().map(Multiaddr::parse).toList();
    }

    @AfterAll
    static void stopJs() {
        if (js != null) {
            js.close();
        }
    }

    @BeforeEach
    void startHost() {
        host = hosts.start(Limits.forLoopback());
    }

    @AfterEach
    void stopHost() {
        hosts.close();
    }

    private String address() {
        return ",\"addr\":\"%s\"".formatted(host.listenAddresses().get(0).withPeer(host.id()));
    }

    private PeerInfo waitForIdentity(String protocol) {
        hosts.awaitTrue(() ->
                host.peers().info(jsPeer).filter(info -> info.serves(protocol)).isPresent());
        return hosts.await(() ->
                CompletableFuture.completedFuture(host.peers().info(jsPeer).orElseThrow()));
    }

    private String waitForJsToKnow(String text) {
        long deadline = System.nanoTime() + TcpHosts.PATIENCE.toNanos();
        String known = "";
        while (System.nanoTime() < deadline) {
            known = js.ask("known", ",\"peer\":\"%s\"".formatted(host.id()));
            if (known.contains(text)) {
                return known;
            }
        }
        throw new AssertionError("expected js to know %s, but found %s".formatted(text, known));
    }

    @Test
    void beaconDialsAndIdentifiesAndPings() {
        PeerId connected = hosts.await(() -> host.connect(jsPeer, jsAddresses));
        Duration roundTrip = hosts.await(() -> host.ping(jsPeer));
        PeerInfo info = waitForIdentity(ECHO);

        assertThat(connected).isEqualTo(jsPeer);
        assertThat(roundTrip).isPositive();
        assertThat(info.agent()).contains("js-libp2p");
        assertThat(info.protocols()).contains("/ipfs/ping/1.0.0", "/ipfs/id/1.0.0", ECHO);
        assertThat(info.addresses())
                .containsExactlyElementsOf(jsAddresses.stream()
                        .map(a -> a.withoutPeer().orElseThrow())
                        .toList());
    }

    @Test
    void jsDialsAndIdentifiesAndPings() {
        String dialled = js.ask("dial", address());
        String ping = js.ask("ping", address());
        String known = waitForJsToKnow("beacon-test");

        assertThat(dialled).contains(host.id().toString());
        assertThat(ping).contains("\"ms\"");
        assertThat(known)
                .contains("/ipfs/ping/1.0.0", host.listenAddresses().get(0).toString());
        assertThat(known).contains("\"certified\":true");
        waitForIdentity(ECHO);
    }

    @Test
    void changesOfServedProtocolsReachTheOtherSide() {
        hosts.await(() -> host.connect(jsPeer, jsAddresses));
        waitForIdentity(ECHO);
        waitForJsToKnow("beacon-test");

        hosts.await(() -> {
            host.handle("/beacon-test/late/1.0.0", HostStream::reset);
            return CompletableFuture.completedFuture(null);
        });
        js.ask("serve", ",\"protocol\":\"/js-test/late/1.0.0\"");

        waitForJsToKnow("/beacon-test/late/1.0.0");
        waitForIdentity("/js-test/late/1.0.0");
    }

    @Test
    void sixteenMebibytesFromBeaconToJs() {
        byte[] content = content();
        hosts.await(() -> host.connect(jsPeer, jsAddresses));
        HostStream stream = hosts.await(() -> host.newStream(jsPeer, List.of(SINK)));

        hosts.await(() -> write(stream, ByteString.copyFrom(content), 0));
        stream.closeWrite();
        ByteString answer = hosts.await(() -> readAll(stream, ByteString.EMPTY));

        assertThat(answer).isEqualTo(ByteString.copyFrom(sha256(content)));
    }

    @Test
    void sixteenMebibytesFromJsToBeacon() {
        hosts.await(() -> {
            host.handle(SINK, stream -> digest(stream, Digests.sha256()));
            return CompletableFuture.completedFuture(null);
        });

        String answer = js.ask("upload", address() + ",\"size\":" + LARGE_BYTES);

        assertThat(Vectors.values(answer, "received")).isEqualTo(Vectors.values(answer, "sent"));
        assertThat(Vectors.values(answer, "received").get(0)).hasSize(64);
    }

    @Test
    void sixteenMebibytesThereAndBackAtOnce() {
        byte[] content = content();
        hosts.await(() -> host.connect(jsPeer, jsAddresses));
        HostStream stream = hosts.await(() -> host.newStream(jsPeer, List.of(ECHO)));

        ByteString echoed = hosts.await(() -> {
            CompletionStage<ByteString> reading = readAll(stream, ByteString.EMPTY);
            write(stream, ByteString.copyFrom(content), 0).thenRun(stream::closeWrite);
            return reading;
        });

        assertThat(echoed.size()).isEqualTo(LARGE_BYTES);
        assertThat(HexFormat.of().formatHex(sha256(echoed.toByteArray())))
                .isEqualTo(HexFormat.of().formatHex(sha256(content)));
    }

    private static byte[] content() {
        byte[] content = new byte[LARGE_BYTES];
        new java.util.Random(7).nextBytes(content);
        return content;
    }

    private static byte[] sha256(byte[] bytes) {
        return Digests.sha256().digest(bytes);
    }

    private static CompletionStage<Void> write(HostStream stream, ByteString all, int from) {
        int to = Math.min(all.size(), from + (64 << 10));
        CompletionStage<Void> written = stream.write(all.substring(from, to));
        return to == all.size() ? written : written.thenCompose(done -> write(stream, all, to));
    }

    private static CompletionStage<ByteString> readAll(HostStream stream, ByteString sofar) {
        return stream.read()
                .thenCompose(bytes -> bytes.isEmpty()
                        ? CompletableFuture.completedFuture(sofar)
                        : readAll(stream, sofar.concat(bytes)));
    }

    private static void digest(HostStream stream, MessageDigest digest) {
        stream.read().thenAccept(bytes -> {
            if (bytes.isEmpty()) {
                stream.write(ByteString.copyFrom(digest.digest())).thenRun(stream::closeWrite);
            } else {
                digest.update(bytes.asReadOnlyByteBuffer());
                digest(stream, digest);
            }
        });
    }
}
