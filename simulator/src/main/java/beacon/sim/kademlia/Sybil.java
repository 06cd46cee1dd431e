package beacon.sim.kademlia;

import beacon.dht.MessageStream;
import beacon.dht.kademlia.KadCodec;
import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadKey;
import beacon.dht.kademlia.KadMessage;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.ServedStream;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A node that somebody has planted next to a content. It takes every announcement and keeps none, knows no providers, and
 * names nobody but its like.
 */
final class Sybil {
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final List<KadPeer> all;
    private final SimHost host;

    private Sybil(List<KadPeer> all, SimHost host) {
        this.all = all;
        this.host = host;
    }

    /** Starts one and makes it known to those who are there. */
    static Sybil start(
            Wire wire, Machine machine, PeerId id, Multiaddr address, List<KadPeer> all, List<KadPeer> victims) {
        ProcessLoop loop = new ProcessLoop(wire.world());
        SimHost host = new SimHost(wire, machine, id, List.of(address), loop, new SimHost.Bounds(5_000, 10_000));
        Sybil sybil = new Sybil(all, host);
        host.handle(
                KadConfig.BEACON,
                stream -> new ServedStream(loop, new MessageStream(stream, KadCodec.MAX_MESSAGE_BYTES), IDLE)
                        .serve(sybil::answer));
        victims.forEach(victim -> host.connect(victim.id(), victim.addresses()).whenComplete((done, failure) -> {}));
        return sybil;
    }

    private Optional<ByteString> answer(ByteString bytes) {
        KadMessage request = KadCodec.decode(bytes);
        if (request.type() == KadMessage.Type.ADD_PROVIDER) {
            return Optional.empty();
        }
        List<KadPeer> others =
                all.stream().filter(peer -> !peer.id().equals(host.id())).toList();
        return Optional.of(
                KadCodec.encode(new KadMessage(request.type(), request.key(), Optional.empty(), others, List.of())));
    }

    /** A name whose point shares so many bits with a content's. */
    static PeerId near(KadKey target, int bits, SplittableRandom random) {
        while (true) {
            PeerId candidate = randomId(random);
            if (KadKey.of(candidate).commonPrefix(target) >= bits) {
                return candidate;
            }
        }
    }

    /** The name of a peer with a key of 32 bytes. */
    static PeerId randomId(SplittableRandom random) {
        ByteBuffer key = ByteBuffer.allocate(36).putInt(0x08011220);
        while (key.hasRemaining()) {
            key.putLong(random.nextLong());
        }
        return PeerId.ofPublicKey(ByteString.copyFrom(key.array()));
    }
}
