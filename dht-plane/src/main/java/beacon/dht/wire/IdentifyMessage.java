package beacon.dht.wire;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a peer says of itself when asked ({@code /ipfs/id/1.0.0}) or when it changed ({@code /ipfs/id/push/1.0.0}).
 * Addresses that cannot be read are left out, so that one of them does not spoil the rest.
 *
 * @param publicKey serialised; empty when absent
 * @param listenAddresses at most {@link #MAX_ADDRESSES}
 * @param protocols at most {@link #MAX_PROTOCOLS}
 * @param observed under which address the sender sees the receiver
 */
public record IdentifyMessage(
        ByteString publicKey,
        List<Multiaddr> listenAddresses,
        List<String> protocols,
        Optional<Multiaddr> observed,
        String protocolVersion,
        String agent,
        Optional<ByteString> signedPeerRecord) {
    /** Longest message; what others take, too. */
    public static final int MAX_BYTES = 8192;

    public static final int MAX_ADDRESSES = 32;
    public static final int MAX_PROTOCOLS = 128;

    private static final int MAX_FIELDS = 256;
    private static final int MAX_TEXT_BYTES = 256;

    public IdentifyMessage {
        listenAddresses = List.copyOf(listenAddresses);
        protocols = List.copyOf(protocols);
    }

    public ByteString toBytes() {
        ProtoWriter writer = new ProtoWriter();
        if (!publicKey.isEmpty()) {
            writer.bytes(1, publicKey);
        }
        listenAddresses.forEach(address -> writer.bytes(2, address.bytes()));
        protocols.forEach(protocol -> writer.text(3, protocol));
        observed.ifPresent(address -> writer.bytes(4, address.bytes()));
        writer.text(5, protocolVersion).text(6, agent);
        signedPeerRecord.ifPresent(envelope -> writer.bytes(8, envelope));
        return writer.toByteString();
    }

    /** Reads a message. */
    public static IdentifyMessage parse(ByteString bytes) {
        Parser parser = new Parser();
        ProtoReader reader = new ProtoReader(bytes, MAX_FIELDS);
        for (int field = reader.next(); field != 0; field = reader.next()) {
            parser.take(field, reader);
        }
        return new IdentifyMessage(
                parser.publicKey,
                parser.addresses,
                parser.protocols,
                parser.observed,
                parser.protocolVersion,
                parser.agent,
                parser.signedPeerRecord);
    }

    private static final class Parser {
        private final List<Multiaddr> addresses = new ArrayList<>();
        private final List<String> protocols = new ArrayList<>();
        private ByteString publicKey = ByteString.EMPTY;
        private Optional<Multiaddr> observed = Optional.empty();
        private String protocolVersion = "";
        private String agent = "";
        private Optional<ByteString> signedPeerRecord = Optional.empty();

        void take(int field, ProtoReader reader) {
            switch (field) {
                case 1 -> publicKey = reader.bytes(PublicKeyBytes.MAX_BYTES + 8);
                case 2 ->
                    readable(reader.bytes(MAX_BYTES))
                            .filter(address -> addresses.size() < MAX_ADDRESSES)
                            .ifPresent(addresses::add);
                case 3 -> {
                    String protocol = reader.text(MAX_TEXT_BYTES);
                    if (protocols.size() < MAX_PROTOCOLS) {
                        protocols.add(protocol);
                    }
                }
                case 4 -> observed = readable(reader.bytes(MAX_BYTES));
                case 5 -> protocolVersion = reader.text(MAX_TEXT_BYTES);
                case 6 -> agent = reader.text(MAX_TEXT_BYTES);
                case 8 -> signedPeerRecord = Optional.of(reader.bytes(MAX_BYTES));
                default -> reader.skip();
            }
        }

        private static Optional<Multiaddr> readable(ByteString bytes) {
            try {
                return Optional.of(Multiaddr.parse(bytes));
            } catch (WireException e) {
                return Optional.empty();
            }
        }
    }
}
