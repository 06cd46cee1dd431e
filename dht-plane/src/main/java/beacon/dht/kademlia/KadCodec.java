package beacon.dht.kademlia;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.ProtoReader;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages of the kad-dht protocol as bytes. What a peer sends is bounded here: more peers, addresses or fields than
 * stated are left out or refused, and one malformed address or peer does not spoil the rest.
 */
public final class KadCodec {
    /** Longest message accepted. */
    public static final int MAX_MESSAGE_BYTES = 256 << 10;
    /** Longest raw key. */
    public static final int MAX_KEY_BYTES = 512;
    /** Longest value of a record. */
    public static final int MAX_VALUE_BYTES = 16 << 10;
    /** Peers taken of a list. */
    public static final int MAX_PEERS = 64;
    /** Addresses taken of a peer. */
    public static final int MAX_ADDRESSES = 16;

    private static final int MAX_FIELDS = 256;
    private static final int MAX_PEER_BYTES = 64 << 10;
    private static final int CAN_CONNECT = 2;

    private KadCodec() {}

    /** The message as protobuf, without a length in front. */
    public static ByteString encode(KadMessage message) {
        ProtoWriter out = new ProtoWriter();
        if (message.type() != KadMessage.Type.PUT_VALUE) {
            out.integer(1, message.type().number());
        }
        out.bytes(2, message.key());
        message.record().ifPresent(record -> out.bytes(3, encode(record)));
        message.closer().forEach(peer -> out.bytes(8, encode(peer)));
        message.providers().forEach(peer -> out.bytes(9, encode(peer)));
        return out.toByteString();
    }

    private static ByteString encode(KadRecord record) {
        ProtoWriter out = new ProtoWriter().bytes(1, record.key()).bytes(2, record.value());
        if (!record.timeReceived().isEmpty()) {
            out.text(5, record.timeReceived());
        }
        return out.toByteString();
    }

    /** A peer as a message has it; also the form in which the routing table is kept. */
    static ByteString encode(KadPeer peer) {
        ProtoWriter out = new ProtoWriter().bytes(1, peer.id().bytes());
        peer.addresses().stream().limit(MAX_ADDRESSES).forEach(address -> out.bytes(2, address.bytes()));
        return out.integer(3, peer.addresses().isEmpty() ? 0 : CAN_CONNECT).toByteString();
    }

    /**
     * Reads a message.
     *
     * @throws WireException when it is malformed or breaks a limit
     */
    public static KadMessage decode(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, MAX_FIELDS);
        KadMessage.Type type = KadMessage.Type.PUT_VALUE;
        ByteString key = ByteString.EMPTY;
        Optional<KadRecord> record = Optional.empty();
        List<KadPeer> closer = new ArrayList<>();
        List<KadPeer> providers = new ArrayList<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> type = type(in.integer());
                case 2 -> key = in.bytes(MAX_KEY_BYTES);
                case 3 -> record = Optional.of(decodeRecord(in.bytes(MAX_MESSAGE_BYTES)));
                case 8 -> addPeer(in.bytes(MAX_PEER_BYTES), closer);
                case 9 -> addPeer(in.bytes(MAX_PEER_BYTES), providers);
                default -> in.skip();
            }
        }
        return new KadMessage(type, key, record, closer, providers);
    }

    private static KadMessage.Type type(long number) {
        for (KadMessage.Type type : KadMessage.Type.values()) {
            if (type.number() == number) {
                return type;
            }
        }
        throw new WireException("expected a message type of 0 to 5, but found " + number);
    }

    private static KadRecord decodeRecord(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, MAX_FIELDS);
        ByteString key = ByteString.EMPTY;
        ByteString value = ByteString.EMPTY;
        String time = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> key = in.bytes(MAX_KEY_BYTES);
                case 2 -> value = in.bytes(MAX_VALUE_BYTES);
                case 5 -> time = in.text(64);
                default -> in.skip();
            }
        }
        return new KadRecord(key, value, time);
    }

    private static void addPeer(ByteString bytes, List<KadPeer> into) {
        if (into.size() < MAX_PEERS) {
            decodePeer(bytes).ifPresent(into::add);
        }
    }

    /** The peer, or empty when its id is none. A malformed message is refused. */
    static Optional<KadPeer> decodePeer(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, MAX_MESSAGE_BYTES);
        ByteString id = ByteString.EMPTY;
        List<Multiaddr> addresses = new ArrayList<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> id = in.bytes(128);
                case 2 -> {
                    ByteString address = in.bytes(MAX_PEER_BYTES);
                    if (addresses.size() < MAX_ADDRESSES) {
                        address(address).ifPresent(addresses::add);
                    }
                }
                default -> in.skip();
            }
        }
        try {
            return Optional.of(new KadPeer(new PeerId(id), addresses));
        } catch (WireException e) {
            return Optional.empty();
        }
    }

    private static Optional<Multiaddr> address(ByteString bytes) {
        try {
            return Optional.of(Multiaddr.parse(bytes));
        } catch (WireException e) {
            return Optional.empty();
        }
    }
}
