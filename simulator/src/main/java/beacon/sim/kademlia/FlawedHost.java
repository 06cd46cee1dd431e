package beacon.sim.kademlia;

import beacon.dht.HostStream;
import beacon.dht.MessageStream;
import beacon.dht.StreamHandler;
import beacon.dht.kademlia.KadCodec;
import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadKey;
import beacon.dht.kademlia.KadMessage;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.ServedStream;
import beacon.dht.providers.ProvideBatch;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.ProtoReader;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.Varint;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A host with those flaws that can be built in between the network and production code; usually with none. */
final class FlawedHost extends SimHost {
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final int NAMED = 20;

    private final Multiaddr first;
    private final Set<DhtFlaw> flaws;

    FlawedHost(
            Wire wire,
            Machine machine,
            PeerId id,
            List<Multiaddr> addresses,
            ProcessLoop loop,
            Multiaddr first,
            Set<DhtFlaw> flaws) {
        super(wire, machine, id, addresses, loop, Bounds.DEFAULT);
        this.first = first;
        this.flaws = flaws;
    }

    @Override
    public List<Multiaddr> listenAddresses() {
        return flaws.contains(DhtFlaw.OLD_ADDRESS_ANNOUNCED) ? List.of(first) : super.listenAddresses();
    }

    @Override
    public void handle(String protocol, StreamHandler handler) {
        if (protocol.equals(ProvideBatch.PROTOCOL) && flaws.contains(DhtFlaw.BATCHES_NOT_KEPT)) {
            super.handle(
                    protocol,
                    stream -> new ServedStream(loop(), new MessageStream(stream, ProvideBatch.MAX_MESSAGE_BYTES), IDLE)
                            .serve(FlawedHost::acknowledge));
        } else if (protocol.equals(KadConfig.BEACON) && flaws.contains(DhtFlaw.DISTANCE_IGNORED)) {
            super.handle(protocol, stream -> handler.accept(new Misleading(stream)));
        } else {
            super.handle(protocol, handler);
        }
    }

    private static Optional<ByteString> acknowledge(ByteString batch) {
        ProtoReader in = new ProtoReader(batch, 2 * ProvideBatch.MAX_CONTENTS);
        long contents = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            contents += field == 1 ? 1 : 0;
            in.skip();
        }
        return Optional.of(new ProtoWriter().integer(1, contents).toByteString());
    }

    /** The peers farthest from a key, of those that are connected. */
    private List<KadPeer> farthest(KadKey target) {
        List<KadPeer> known = new ArrayList<>();
        for (PeerId peer : connected()) {
            peers().info(peer).ifPresent(info -> known.add(new KadPeer(peer, info.addresses())));
        }
        known.sort(Comparator.comparing((KadPeer peer) -> KadKey.of(peer.id()), target.byDistance())
                .reversed());
        return known.subList(0, Math.min(NAMED, known.size()));
    }

    /** A stream on which the closest peers in an answer are replaced by the farthest. */
    private final class Misleading implements HostStream {
        private final HostStream stream;

        Misleading(HostStream stream) {
            this.stream = stream;
        }

        @Override
        public PeerId remote() {
            return stream.remote();
        }

        @Override
        public String protocol() {
            return stream.protocol();
        }

        @Override
        public CompletionStage<ByteString> read() {
            return stream.read();
        }

        @Override
        public CompletionStage<Void> write(ByteString bytes) {
            int at = 0;
            while (bytes.byteAt(at++) < 0) {
                // A varint goes on while its bytes have the first bit.
            }
            KadMessage honest = KadCodec.decode(bytes.substring(at));
            ByteString message = KadCodec.encode(new KadMessage(
                    honest.type(),
                    honest.key(),
                    honest.record(),
                    farthest(KadKey.of(honest.key())),
                    honest.providers()));
            return stream.write(
                    ByteString.copyFrom(Varint.encode(message.size())).concat(message));
        }

        @Override
        public void closeWrite() {
            stream.closeWrite();
        }

        @Override
        public void reset() {
            stream.reset();
        }
    }
}
