package beacon.dht.kademlia;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/**
 * A request or an answer of the DHT protocol.
 *
 * @param key raw: what is hashed to get the point in the key space
 * @param closer peers that are closer to the key
 * @param providers peers that have the content
 */
public record KadMessage(
        Type type, ByteString key, Optional<KadRecord> record, List<KadPeer> closer, List<KadPeer> providers) {
    public KadMessage {
        closer = List.copyOf(closer);
        providers = List.copyOf(providers);
    }

    /** Numbered as on the wire. */
    public enum Type {
        PUT_VALUE(0),
        GET_VALUE(1),
        ADD_PROVIDER(2),
        GET_PROVIDERS(3),
        FIND_NODE(4),
        /** Obsolete; never sent, and answered by nobody. */
        PING(5);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    public static KadMessage findNode(ByteString key) {
        return request(Type.FIND_NODE, key);
    }

    public static KadMessage getProviders(ByteString multihash) {
        return request(Type.GET_PROVIDERS, multihash);
    }

    public static KadMessage getValue(ByteString key) {
        return request(Type.GET_VALUE, key);
    }

    public static KadMessage putValue(ByteString key, ByteString value) {
        return new KadMessage(Type.PUT_VALUE, key, Optional.of(new KadRecord(key, value, "")), List.of(), List.of());
    }

    public static KadMessage addProvider(ByteString multihash, KadPeer provider) {
        return new KadMessage(Type.ADD_PROVIDER, multihash, Optional.empty(), List.of(), List.of(provider));
    }

    private static KadMessage request(Type type, ByteString key) {
        return new KadMessage(type, key, Optional.empty(), List.of(), List.of());
    }

    /** An answer to this request. */
    KadMessage answer(Optional<KadRecord> found, List<KadPeer> closerPeers, List<KadPeer> providerPeers) {
        return new KadMessage(type, key, found, closerPeers, providerPeers);
    }
}
