package beacon.dht.wire;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network address as a path of protocols: {@code /ip4/1.2.3.4/tcp/4001/p2p/12D3…}. Addresses from others may name
 * protocols that are not known here; these and what follows them are kept as bytes, so that one strange address does
 * not spoil a whole peer record.
 */
public final class Multiaddr {
    /** Longest address in bytes or characters. */
    public static final int MAX_LENGTH = 1024;

    private final ByteString bytes;
    private final List<Part> parts;
    private final ByteString unknown;

    /**
     * One step of the path.
     *
     * @param protocol what the value means
     * @param value without a length prefix
     */
    public record Part(AddressPart protocol, ByteString value) {
        @Override
        public String toString() {
            return protocol.formatValue(value);
        }
    }

    private Multiaddr(ByteString bytes, List<Part> parts, ByteString unknown) {
        this.bytes = bytes;
        this.parts = List.copyOf(parts);
        this.unknown = unknown;
    }

    /**
     * Reads the binary form.
     *
     * @throws WireException when it is empty, too long, or a known protocol has a malformed value
     */
    public static Multiaddr parse(ByteString bytes) {
        requireLength(bytes.size());
        ByteReader reader = new ByteReader(bytes);
        List<Part> parts = new ArrayList<>();
        while (reader.hasMore()) {
            int start = reader.position();
            Optional<AddressPart> protocol = AddressPart.byCode(reader.varint());
            if (protocol.isEmpty()) {
                return new Multiaddr(bytes, parts, bytes.substring(start));
            }
            AddressPart part = protocol.get();
            ByteString value = part.valueBytes() < 0 ? reader.takePrefixed(MAX_LENGTH) : reader.take(part.valueBytes());
            part.check(value);
            parts.add(new Part(part, value));
        }
        return new Multiaddr(bytes, parts, ByteString.EMPTY);
    }

    /**
     * Reads the text form.
     *
     * @throws WireException when a protocol is unknown or a value is malformed
     */
    public static Multiaddr parse(String text) {
        requireLength(text.length());
        if (!text.startsWith("/")) {
            throw new WireException("expected a multiaddr to start with /, but found '%.20s'".formatted(text));
        }
        String[] words = text.replaceFirst("/+$", "").split("/", -1);
        List<Part> parts = new ArrayList<>();
        for (int i = 1; i < words.length; ) {
            String label = words[i++];
            AddressPart part = AddressPart.byLabel(label)
                    .orElseThrow(
                            () -> new WireException("expected a known protocol, but found '%.40s'".formatted(label)));
            ByteString value = ByteString.EMPTY;
            if (part.takesRest()) {
                value = part.parseValue(String.join("/", List.of(words).subList(i, words.length)));
                i = words.length;
            } else if (part.hasValue()) {
                value = part.parseValue(i < words.length ? words[i] : "");
                i++;
            }
            parts.add(new Part(part, value));
        }
        return of(parts);
    }

    private static Multiaddr of(List<Part> parts) {
        ByteString bytes = ByteString.EMPTY;
        for (Part part : parts) {
            bytes = bytes.concat(
                    ByteString.copyFrom(Varint.encode(part.protocol().code())));
            if (part.protocol().valueBytes() < 0) {
                bytes = bytes.concat(
                        ByteString.copyFrom(Varint.encode(part.value().size())));
            }
            bytes = bytes.concat(part.value());
        }
        requireLength(bytes.size());
        return new Multiaddr(bytes, parts, ByteString.EMPTY);
    }

    private static void requireLength(int length) {
        if (length == 0 || length > MAX_LENGTH) {
            throw new WireException("expected a multiaddr of 1 to %d, but found %d".formatted(MAX_LENGTH, length));
        }
    }

    /** {@code /ip4/…/tcp/port} or {@code /ip6/…/tcp/port}. */
    public static Multiaddr ofTcp(ByteString ip, int port) {
        AddressPart kind = ip.size() == 4 ? AddressPart.IP4 : AddressPart.IP6;
        byte[] portBytes = {(byte) (port >>> 8), (byte) port};
        return of(List.of(new Part(kind, ip), new Part(AddressPart.TCP, ByteString.copyFrom(portBytes))));
    }

    /** The binary form. */
    public ByteString bytes() {
        return bytes;
    }

    /** The steps up to the first unknown protocol. */
    public List<Part> parts() {
        return parts;
    }

    /** Whether every protocol is known here. */
    public boolean isKnown() {
        return unknown.isEmpty();
    }

    /** The first value of a protocol. */
    public Optional<Part> first(AddressPart protocol) {
        return parts.stream().filter(part -> part.protocol() == protocol).findFirst();
    }

    /** The peer at the end of the path ({@code …/p2p/ID}). */
    public Optional<PeerId> peer() {
        if (parts.isEmpty() || !isKnown() || parts.get(parts.size() - 1).protocol() != AddressPart.P2P) {
            return Optional.empty();
        }
        return Optional.of(new PeerId(parts.get(parts.size() - 1).value()));
    }

    /** This address without a peer at the end; empty when nothing else is left. */
    public Optional<Multiaddr> withoutPeer() {
        if (peer().isEmpty()) {
            return Optional.of(this);
        }
        return parts.size() == 1 ? Optional.empty() : Optional.of(of(parts.subList(0, parts.size() - 1)));
    }

    /** This address with a peer at the end, in place of any other. */
    public Multiaddr withPeer(PeerId peer) {
        List<Part> all = new ArrayList<>(peer().isPresent() ? parts.subList(0, parts.size() - 1) : parts);
        all.add(new Part(AddressPart.P2P, peer.bytes()));
        return of(all);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Multiaddr that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /** The text form; what is unknown is shown in hexadecimal and cannot be parsed again. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append('/').append(part.protocol().label());
            if (part.protocol().hasValue()) {
                text.append('/').append(part);
            }
        }
        if (!isKnown()) {
            text.append("/unknown/").append(Multibase.BASE16.encodeBare(unknown));
        }
        return text.toString();
    }
}
