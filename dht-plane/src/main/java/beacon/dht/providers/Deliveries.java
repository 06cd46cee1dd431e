package beacon.dht.providers;

import beacon.dht.Exchanges;
import beacon.dht.Host;
import beacon.dht.HostStream;
import beacon.dht.MessageStream;
import beacon.dht.Timers;
import beacon.dht.kademlia.KadCodec;
import beacon.dht.kademlia.KadMessage;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.Kademlia;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;

/** Brings announcements to one server: in batches when it takes them, else one standard message after the other. */
final class Deliveries {
    private static final Duration BATCH_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STREAM_TIMEOUT = Duration.ofMinutes(2);

    private final Kademlia node;
    private final Host host;
    private final ProvideCounters counters;

    Deliveries(Kademlia node, ProvideCounters counters) {
        this.node = node;
        this.host = node.host();
        this.counters = counters;
    }

    /** Tells a server of contents; whether it was told of all. */
    CompletionStage<Boolean> deliver(KadPeer server, List<ByteString> multihashes) {
        host.peers().addAddresses(server.id(), server.addresses());
        return host.connect(server.id(), server.addresses())
                .thenCompose(connected -> node.serves(server.id(), ProvideBatch.PROTOCOL)
                        ? batches(server, multihashes)
                        : singles(server, multihashes))
                .exceptionally(failure -> false);
    }

    private CompletionStage<Boolean> batches(KadPeer server, List<ByteString> left) {
        List<ByteString> now = left.subList(0, Math.min(ProvideBatch.MAX_CONTENTS, left.size()));
        List<ByteString> later = left.subList(now.size(), left.size());
        ByteString message = new ProvideBatch(now, host.listenAddresses()).encode();
        counters.requests++;
        Exchanges.Terms terms = new Exchanges.Terms(List.of(ProvideBatch.PROTOCOL), 64, BATCH_TIMEOUT);
        return Exchanges.ask(host, server.id(), message, terms)
                .thenApply(answer -> ProvideBatch.decodeAnswer(answer) == now.size())
                .thenCompose(all ->
                        all && !later.isEmpty() ? batches(server, later) : CompletableFuture.completedFuture(all));
    }

    /** All messages over one stream; nobody answers them, so what the transport has taken counts as told. */
    private CompletionStage<Boolean> singles(KadPeer server, List<ByteString> multihashes) {
        counters.requests++;
        return host.newStream(server.id(), List.of(node.config().protocol())).thenCompose(stream -> {
            ScheduledFuture<?> deadline = Timers.after(host.loop(), STREAM_TIMEOUT, stream::reset);
            return writeFrom(new MessageStream(stream, KadCodec.MAX_MESSAGE_BYTES), multihashes, 0)
                    .whenComplete((done, failure) -> {
                        deadline.cancel(false);
                        end(stream, failure == null);
                    });
        });
    }

    private CompletionStage<Boolean> writeFrom(MessageStream stream, List<ByteString> multihashes, int index) {
        if (index == multihashes.size()) {
            return CompletableFuture.completedFuture(true);
        }
        KadPeer self = new KadPeer(host.id(), host.listenAddresses());
        ByteString message = KadCodec.encode(KadMessage.addProvider(multihashes.get(index), self));
        counters.singleMessages++;
        // Back on the loop for each message, so that a long list does not become a deep stack.
        return stream.write(message)
                .thenComposeAsync(written -> writeFrom(stream, multihashes, index + 1), host.loop());
    }

    private static void end(HostStream stream, boolean well) {
        if (well) {
            stream.closeWrite();
        } else {
            stream.reset();
        }
    }
}
