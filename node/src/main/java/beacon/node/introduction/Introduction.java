package beacon.node.introduction;

import beacon.dht.wire.PeerId;
import beacon.dht.wire.ProtoReader;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.Varint;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * What a peer says to be let in: its certificate, and a signature by the certificate's key over who speaks to whom. The
 * connection already proves which peer speaks, so that nobody else can use it, and it is of no use at a third peer.
 *
 * @param chain DER, own certificate first
 * @param signature over {@link #signedBytes}
 */
record Introduction(List<ByteString> chain, ByteString signature) {
    static final String PROTOCOL = "/beacon/introduce/1.0.0";

    /** Longest message. */
    static final int MAX_BYTES = 32 << 10;

    private static final int MAX_CERTIFICATES = 4;
    private static final int MAX_CERTIFICATE_BYTES = 8 << 10;
    private static final int MAX_SIGNATURE_BYTES = 1 << 10;
    private static final int MAX_FIELDS = 16;
    private static final ByteString DOMAIN = ByteString.copyFromUtf8("beacon-introduce-1");

    Introduction {
        chain = List.copyOf(chain);
    }

    static ByteString signedBytes(PeerId from, PeerId to) {
        return prefixed(DOMAIN).concat(prefixed(from.bytes())).concat(prefixed(to.bytes()));
    }

    private static ByteString prefixed(ByteString bytes) {
        return ByteString.copyFrom(Varint.encode(bytes.size())).concat(bytes);
    }

    ByteString encode() {
        ProtoWriter out = new ProtoWriter();
        chain.forEach(certificate -> out.bytes(1, certificate));
        return out.bytes(2, signature).toByteString();
    }

    static Introduction decode(ByteString message) {
        ProtoReader in = new ProtoReader(message, MAX_FIELDS);
        List<ByteString> chain = new ArrayList<>();
        ByteString signature = ByteString.EMPTY;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> chain.add(in.bytes(MAX_CERTIFICATE_BYTES));
                case 2 -> signature = in.bytes(MAX_SIGNATURE_BYTES);
                default -> in.skip();
            }
        }
        if (chain.isEmpty() || chain.size() > MAX_CERTIFICATES) {
            throw new WireException(
                    "expected 1 to %d certificates, but found %d".formatted(MAX_CERTIFICATES, chain.size()));
        }
        return new Introduction(chain, signature);
    }
}
