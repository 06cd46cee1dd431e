package beacon.dht.kademlia;

import beacon.dht.kademlia.ValueStore.StoredValue;
import beacon.dht.wire.ProtoReader;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a DHT node keeps over a restart: its peers, and the records it keeps for others. A deterministic format with a
 * version in front; written whole, since it is bounded.
 */
public record KadState(List<KadPeer> peers, List<ProviderRecord> providers, List<StoredValue> values) {
    private static final int VERSION = 1;
    private static final int MAX_FIELDS = 2_000_000;

    public KadState {
        peers = List.copyOf(peers);
        providers = List.copyOf(providers);
        values = List.copyOf(values);
    }

    /** The bytes for the disk. */
    public ByteString encode() {
        ProtoWriter out = new ProtoWriter().integer(1, VERSION);
        peers.forEach(peer -> out.bytes(2, KadCodec.encode(peer)));
        providers.forEach(record -> out.bytes(
                3,
                new ProtoWriter()
                        .bytes(1, record.key())
                        .bytes(2, KadCodec.encode(record.provider()))
                        .integer(3, Math.max(0, record.expires().toEpochMilli()))
                        .toByteString()));
        values.forEach(value -> out.bytes(
                4,
                new ProtoWriter()
                        .bytes(1, value.key())
                        .bytes(2, value.value())
                        .integer(3, Math.max(0, value.received().toEpochMilli()))
                        .toByteString()));
        return out.toByteString();
    }

    /**
     * Reads the bytes.
     *
     * @throws WireException when they are damaged or of another version
     */
    public static KadState decode(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, MAX_FIELDS);
        List<KadPeer> peers = new ArrayList<>();
        List<ProviderRecord> providers = new ArrayList<>();
        List<StoredValue> values = new ArrayList<>();
        long version = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> version = in.integer();
                case 2 ->
                    KadCodec.decodePeer(in.bytes(KadCodec.MAX_MESSAGE_BYTES)).ifPresent(peers::add);
                case 3 -> providers.add(provider(in.bytes(KadCodec.MAX_MESSAGE_BYTES)));
                case 4 -> values.add(value(in.bytes(KadCodec.MAX_MESSAGE_BYTES)));
                default -> in.skip();
            }
        }
        if (version != VERSION) {
            throw new WireException("expected DHT state of version %d, but found %d".formatted(VERSION, version));
        }
        return new KadState(peers, providers, values);
    }

    private record Parts(ByteString first, ByteString second, Instant time) {
        static Parts read(ByteString bytes) {
            ProtoReader in = new ProtoReader(bytes, 8);
            ByteString first = ByteString.EMPTY;
            ByteString second = ByteString.EMPTY;
            long millis = 0;
            for (int field = in.next(); field != 0; field = in.next()) {
                switch (field) {
                    case 1 -> first = in.bytes(KadCodec.MAX_MESSAGE_BYTES);
                    case 2 -> second = in.bytes(KadCodec.MAX_MESSAGE_BYTES);
                    case 3 -> millis = in.integer();
                    default -> in.skip();
                }
            }
            return new Parts(first, second, Instant.ofEpochMilli(millis));
        }
    }

    private static ProviderRecord provider(ByteString bytes) {
        Parts parts = Parts.read(bytes);
        KadPeer provider = KadCodec.decodePeer(parts.second())
                .orElseThrow(() -> new WireException("expected a provider, but found a malformed peer id"));
        return new ProviderRecord(parts.first(), provider, parts.time());
    }

    private static StoredValue value(ByteString bytes) {
        Parts parts = Parts.read(bytes);
        return new StoredValue(parts.first(), parts.second(), parts.time());
    }
}
