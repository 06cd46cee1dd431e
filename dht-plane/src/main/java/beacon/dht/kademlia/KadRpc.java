package beacon.dht.kademlia;

import beacon.dht.Exchanges;
import beacon.dht.Host;
import beacon.dht.HostException;
import beacon.dht.Stages;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Single requests to peers, and what they teach about them: who answers is seen, who does not has failed. */
final class KadRpc {
    private final Host host;
    private final InstantSource clock;
    private final KadConfig config;
    private final RoutingTable table;
    private final KadCounters counters;
    private final RoundTrips roundTrips;

    KadRpc(Host host, InstantSource clock, KadConfig config, RoutingTable table, KadCounters counters) {
        this.host = host;
        this.clock = clock;
        this.config = config;
        this.table = table;
        this.counters = counters;
        this.roundTrips = new RoundTrips(config.times().query());
    }

    /** A request with an answer, within a time learnt from others. */
    CompletionStage<KadMessage> ask(KadPeer peer, KadMessage request) {
        return ask(peer, request, roundTrips.timeout());
    }

    /** A request with an answer; peers in it have their addresses filtered already. */
    CompletionStage<KadMessage> ask(KadPeer peer, KadMessage request, Duration timeout) {
        Instant start = clock.instant();
        counters.requestsSent++;
        remember(peer);
        return Exchanges.ask(host, peer.id(), KadCodec.encode(request), terms(timeout))
                .thenApply(KadRpc::decode)
                .thenApply(answer -> filtered(request, answer))
                .whenComplete((answer, failure) -> settle(peer.id(), start, failure));
    }

    /** A request without an answer; done when it was handed to the transport. */
    CompletionStage<Void> tell(KadPeer peer, KadMessage message) {
        Instant start = clock.instant();
        counters.requestsSent++;
        remember(peer);
        return Exchanges.tell(host, peer.id(), KadCodec.encode(message), terms(roundTrips.timeout()))
                .whenComplete((done, failure) -> settle(peer.id(), start, failure));
    }

    private void remember(KadPeer peer) {
        host.peers().addAddresses(peer.id(), peer.addresses());
    }

    private Exchanges.Terms terms(Duration timeout) {
        return new Exchanges.Terms(List.of(config.protocol()), KadCodec.MAX_MESSAGE_BYTES, timeout);
    }

    private static KadMessage decode(ByteString bytes) {
        return KadCodec.decode(bytes);
    }

    private KadMessage filtered(KadMessage request, KadMessage answer) {
        if (answer.type() != request.type()) {
            throw new WireException(
                    "expected an answer of type %s, but found %s".formatted(request.type(), answer.type()));
        }
        return new KadMessage(
                answer.type(),
                answer.key(),
                answer.record(),
                answer.closer().stream()
                        .map(this::filtered)
                        .filter(peer -> !peer.addresses().isEmpty())
                        .toList(),
                answer.providers().stream().map(this::filtered).toList());
    }

    private KadPeer filtered(KadPeer peer) {
        return new KadPeer(peer.id(), config.limits().addresses().keep(peer.addresses()));
    }

    private void settle(PeerId peer, Instant start, @Nullable Throwable failure) {
        Instant now = clock.instant();
        if (failure == null) {
            roundTrips.observe(Duration.between(start, now));
            table.seen(peer, now);
        } else {
            counters.requestsFailed++;
            if (Stages.cause(failure) instanceof HostException refused
                    && refused.reason() == HostException.Reason.TIMEOUT) {
                roundTrips.late();
            }
            table.failed(peer, now);
        }
    }

    /** A stage that fails. */
    static <T> CompletionStage<T> failed(RuntimeException failure) {
        return CompletableFuture.failedFuture(failure);
    }
}
