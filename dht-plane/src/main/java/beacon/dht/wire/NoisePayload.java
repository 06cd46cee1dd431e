package beacon.dht.wire;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * What a libp2p peer says of itself inside the noise handshake.
 *
 * @param identityKey serialised public key
 * @param signature over {@link #signedBytes} by that key
 * @param muxers that it speaks, best first; empty when it wants to negotiate later
 */
public record NoisePayload(ByteString identityKey, ByteString signature, List<String> muxers) {
    private static final ByteString DOMAIN = ByteString.copyFromUtf8("noise-libp2p-static-key:");
    private static final int MAX_FIELDS = 32;
    private static final int MAX_SIGNATURE_BYTES = 1024;
    private static final int MAX_PROTOCOL_BYTES = 256;

    public NoisePayload {
        muxers = List.copyOf(muxers);
    }

    /** What the identity key signs: that the static noise key is its own. */
    public static ByteString signedBytes(ByteString staticKey) {
        return DOMAIN.concat(staticKey);
    }

    public ByteString toBytes() {
        ProtoWriter extensions = new ProtoWriter();
        muxers.forEach(muxer -> extensions.text(2, muxer));
        return new ProtoWriter()
                .bytes(1, identityKey)
                .bytes(2, signature)
                .bytes(4, extensions.toByteString())
                .toByteString();
    }

    /** Reads a payload; refuses anything oversized. */
    public static NoisePayload parse(ByteString bytes) {
        ProtoReader reader = new ProtoReader(bytes, MAX_FIELDS);
        ByteString key = ByteString.EMPTY;
        ByteString signature = ByteString.EMPTY;
        List<String> muxers = List.of();
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> key = reader.bytes(PublicKeyBytes.MAX_BYTES + 8);
                case 2 -> signature = reader.bytes(MAX_SIGNATURE_BYTES);
                case 4 -> muxers = parseMuxers(reader.bytes(bytes.size()));
                default -> reader.skip();
            }
        }
        return new NoisePayload(key, signature, muxers);
    }

    private static List<String> parseMuxers(ByteString extensions) {
        ProtoReader reader = new ProtoReader(extensions, MAX_FIELDS);
        List<String> muxers = new ArrayList<>();
        for (int field = reader.next(); field != 0; field = reader.next()) {
            if (field == 2) {
                muxers.add(reader.text(MAX_PROTOCOL_BYTES));
            } else {
                reader.skip();
            }
        }
        return muxers;
    }
}
