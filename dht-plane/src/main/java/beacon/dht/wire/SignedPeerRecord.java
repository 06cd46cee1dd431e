package beacon.dht.wire;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * A peer's own, signed list of its addresses, in the signed envelope that identify carries.
 *
 * @param publicKey serialised key of the signer
 * @param signature over {@link #signedBytes}
 * @param payload the peer record as it was signed
 * @param peer named in the record
 * @param sequence only a greater one replaces an older record
 */
public record SignedPeerRecord(
        ByteString publicKey,
        ByteString signature,
        ByteString payload,
        PeerId peer,
        long sequence,
        List<Multiaddr> addresses) {
    private static final ByteString DOMAIN = ByteString.copyFromUtf8("libp2p-peer-record");
    private static final ByteString PAYLOAD_TYPE = ByteString.copyFrom(new byte[] {3, 1});
    private static final int MAX_FIELDS = 128;
    private static final int MAX_BYTES = IdentifyMessage.MAX_BYTES;

    public SignedPeerRecord {
        addresses = List.copyOf(addresses);
    }

    /** The record that a signature covers. */
    public static ByteString payload(PeerId peer, long sequence, List<Multiaddr> addresses) {
        ProtoWriter writer = new ProtoWriter().bytes(1, peer.bytes()).integer(2, sequence);
        addresses.forEach(address ->
                writer.bytes(3, new ProtoWriter().bytes(1, address.bytes()).toByteString()));
        return writer.toByteString();
    }

    /** What is signed: domain, type and payload, each with its length in front. */
    public static ByteString signedBytes(ByteString payload) {
        return prefixed(DOMAIN).concat(prefixed(PAYLOAD_TYPE)).concat(prefixed(payload));
    }

    private static ByteString prefixed(ByteString bytes) {
        return ByteString.copyFrom(Varint.encode(bytes.size())).concat(bytes);
    }

    /** The envelope. */
    public static ByteString envelope(ByteString publicKey, ByteString payload, ByteString signature) {
        return new ProtoWriter()
                .bytes(1, publicKey)
                .bytes(2, PAYLOAD_TYPE)
                .bytes(3, payload)
                .bytes(5, signature)
                .toByteString();
    }

    /**
     * Reads an envelope. The signature is the caller's to check.
     *
     * @throws WireException when it is malformed, of another type, or names another peer than its key
     */
    public static SignedPeerRecord parse(ByteString envelope) {
        ProtoReader reader = new ProtoReader(envelope, MAX_FIELDS);
        ByteString key = ByteString.EMPTY;
        ByteString type = ByteString.EMPTY;
        ByteString payload = ByteString.EMPTY;
        ByteString signature = ByteString.EMPTY;
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> key = reader.bytes(MAX_BYTES);
                case 2 -> type = reader.bytes(64);
                case 3 -> payload = reader.bytes(MAX_BYTES);
                case 5 -> signature = reader.bytes(1024);
                default -> reader.skip();
            }
        }
        if (!type.equals(PAYLOAD_TYPE)) {
            throw new WireException("expected a peer record in the envelope, but found another type");
        }
        return record(key, signature, payload);
    }

    private static SignedPeerRecord record(ByteString key, ByteString signature, ByteString payload) {
        ProtoReader reader = new ProtoReader(payload, MAX_FIELDS);
        ByteString peer = ByteString.EMPTY;
        long sequence = 0;
        List<Multiaddr> addresses = new ArrayList<>();
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> peer = reader.bytes(128);
                case 2 -> sequence = reader.integer();
                case 3 -> {
                    ByteString address = address(reader.bytes(MAX_BYTES));
                    if (addresses.size() < IdentifyMessage.MAX_ADDRESSES) {
                        addresses.add(Multiaddr.parse(address));
                    }
                }
                default -> reader.skip();
            }
        }
        PeerId named = new PeerId(peer);
        if (!named.equals(PublicKeyBytes.parse(key).peerId())) {
            throw new WireException("expected the record to name its signer, but found another peer");
        }
        return new SignedPeerRecord(key, signature, payload, named, sequence, addresses);
    }

    private static ByteString address(ByteString info) {
        ProtoReader reader = new ProtoReader(info, 8);
        ByteString address = ByteString.EMPTY;
        for (int field = reader.next(); field != 0; field = reader.next()) {
            if (field == 1) {
                address = reader.bytes(MAX_BYTES);
            } else {
                reader.skip();
            }
        }
        return address;
    }
}
