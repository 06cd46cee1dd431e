package beacon.dht.bitswap;

import beacon.dht.Host;
import beacon.dht.HostStream;
import beacon.dht.MessageStream;
import beacon.dht.bitswap.BitswapMessage.Block;
import beacon.dht.bitswap.BitswapMessage.Presence;
import beacon.dht.bitswap.BitswapMessage.Want;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A peer that speaks single messages, as a test says, and keeps what it is told. */
final class RawExchange {
    private final Host host;
    private final List<BitswapMessage> received = new ArrayList<>();

    RawExchange(Host host) {
        this.host = host;
        host.handle(Bitswap.PROTOCOL, stream -> read(new MessageStream(stream, BitswapCodec.MAX_MESSAGE_BYTES)));
    }

    private void read(MessageStream messages) {
        messages.read().whenComplete((message, failure) -> {
            if (failure == null && message.isPresent()) {
                received.add(BitswapCodec.decode(message.get()));
                read(messages);
            } else {
                messages.stream().closeWrite();
            }
        });
    }

    CompletionStage<HostStream> open(PeerId peer) {
        return host.newStream(peer, List.of(Bitswap.PROTOCOL));
    }

    CompletionStage<Void> send(PeerId peer, BitswapMessage message) {
        return open(peer).thenCompose(stream -> {
            CompletionStage<Void> written = new MessageStream(stream, 1).write(BitswapCodec.encode(message));
            stream.closeWrite();
            return written;
        });
    }

    static BitswapMessage wants(List<Want> wants) {
        return new BitswapMessage(wants, false, List.of(), List.of(), 0);
    }

    static BitswapMessage blocks(List<Block> blocks) {
        return new BitswapMessage(List.of(), false, blocks, List.of(), 0);
    }

    List<Block> blocks() {
        return received.stream().flatMap(message -> message.blocks().stream()).toList();
    }

    List<Presence> presences() {
        return received.stream()
                .flatMap(message -> message.presences().stream())
                .toList();
    }

    List<Want> wants() {
        return received.stream().flatMap(message -> message.wants().stream()).toList();
    }

    /** The last thing said about each block decides whether it is wanted still. */
    boolean isWanted(ByteString cid) {
        List<Want> about =
                wants().stream().filter(want -> want.cid().equals(cid)).toList();
        return !about.isEmpty() && !about.get(about.size() - 1).cancel();
    }
}
