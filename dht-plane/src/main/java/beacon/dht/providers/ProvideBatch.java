package beacon.dht.providers;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.ProtoReader;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * Many announcements in one message, under a protocol of Beacon's own: {@code {1: multihashes, 2: addresses}}, answered by
 * {@code {1: number accepted}}. Peers that do not serve it get the standard message for each content.
 *
 * @param addresses of the peer that sends it
 */
public record ProvideBatch(List<ByteString> multihashes, List<Multiaddr> addresses) {
    /** Protocol id. */
    public static final String PROTOCOL = "/beacon/provide/1.0.0";
    /** Contents in a message. */
    public static final int MAX_CONTENTS = 4_096;
    /** Longest message. */
    public static final int MAX_MESSAGE_BYTES = 512 << 10;

    private static final int MAX_ADDRESSES = 16;
    private static final int MAX_KEY_BYTES = 80;

    public ProvideBatch {
        multihashes = List.copyOf(multihashes);
        addresses = List.copyOf(addresses);
    }

    ByteString encode() {
        ProtoWriter out = new ProtoWriter();
        multihashes.forEach(multihash -> out.bytes(1, multihash));
        addresses.stream().limit(MAX_ADDRESSES).forEach(address -> out.bytes(2, address.bytes()));
        return out.toByteString();
    }

    static ProvideBatch decode(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, MAX_CONTENTS + MAX_ADDRESSES);
        List<ByteString> multihashes = new ArrayList<>();
        List<Multiaddr> addresses = new ArrayList<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> multihashes.add(in.bytes(MAX_KEY_BYTES));
                case 2 -> addresses.add(Multiaddr.parse(in.bytes(Multiaddr.MAX_LENGTH)));
                default -> in.skip();
            }
        }
        if (multihashes.isEmpty() || multihashes.size() > MAX_CONTENTS) {
            throw new WireException(
                    "expected 1 to %d contents, but found %d".formatted(MAX_CONTENTS, multihashes.size()));
        }
        return new ProvideBatch(multihashes, addresses);
    }

    static ByteString encodeAnswer(int accepted) {
        return new ProtoWriter().integer(1, accepted).toByteString();
    }

    static int decodeAnswer(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, 8);
        long accepted = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 1) {
                accepted = in.integer();
            } else {
                in.skip();
            }
        }
        return (int) Math.max(0, Math.min(MAX_CONTENTS, accepted));
    }
}
