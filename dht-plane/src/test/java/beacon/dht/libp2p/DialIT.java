package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.Stages;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dials get past addresses that are silent or dead, and leave dead ones alone for a while. */
class DialIT {
    private final TcpHosts hosts = new TcpHosts();
    private ServerSocket silent;
    private TcpHost dialler;
    private TcpHost target;

    @BeforeEach
    void start() throws IOException {
        silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        dialler = hosts.start(Limits.forLoopback());
        target = hosts.start(Limits.forLoopback());
    }

    @AfterEach
    void stop() throws IOException {
        hosts.close();
        silent.close();
    }

    private Multiaddr silentAddress() {
        return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + silent.getLocalPort());
    }

    private void assertFails(Reason reason, Supplier<CompletionStage<PeerId>> step) {
        assertThatThrownBy(() -> hosts.await(step))
                .satisfies(failure -> assertThat(((HostException) Stages.cause(failure)).reason())
                        .isEqualTo(reason));
    }

    @Test
    void aSilentAddressDoesNotHoldUpTheNextOne() {
        List<Multiaddr> addresses =
                List.of(silentAddress(), target.listenAddresses().get(0));

        assertThat(hosts.await(() -> dialler.connect(target.id(), addresses))).isEqualTo(target.id());
    }

    @Test
    void anAddressThatIsNamedDuringADialIsTriedToo() {
        PeerId connected = hosts.await(() -> {
            CompletionStage<PeerId> first = dialler.connect(target.id(), List.of(silentAddress()));
            CompletionStage<PeerId> second = dialler.connect(target.id(), target.listenAddresses());
            return first.thenCombine(second, (one, other) -> one);
        });

        assertThat(connected).isEqualTo(target.id());
    }

    @Test
    void aDeadAddressIsLeftAloneForAWhile() throws IOException {
        Multiaddr dead = silentAddress();
        silent.close();

        assertFails(Reason.UNREACHABLE, () -> dialler.connect(target.id(), List.of(dead)));
        assertFails(Reason.BACKING_OFF, () -> dialler.connect(target.id(), List.of(dead)));
        assertThat(dialler.counters().snapshot()).containsEntry("dials", 1L).containsEntry("dials_failed", 1L);
    }

    @Test
    void addressesThatTcpCannotReachAreRefusedWithoutADial() {
        List<Multiaddr> others = List.of(
                Multiaddr.parse("/ip4/127.0.0.1/udp/4001/quic-v1"), Multiaddr.parse("/ip4/127.0.0.1/tcp/4001/ws"));

        assertFails(Reason.UNREACHABLE, () -> dialler.connect(target.id(), others));
        assertThat(dialler.counters().snapshot()).containsEntry("dials", 0L);
    }
}
