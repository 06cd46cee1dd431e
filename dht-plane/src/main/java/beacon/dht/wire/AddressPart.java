package beacon.dht.wire;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The address protocols that have a text form here: code, size of the value, and how the value is spelled. */
public enum AddressPart {
    IP4(4, 32, "ip4", Kind.IP4),
    TCP(6, 16, "tcp", Kind.PORT),
    UDP(273, 16, "udp", Kind.PORT),
    DCCP(33, 16, "dccp", Kind.PORT),
    SCTP(132, 16, "sctp", Kind.PORT),
    IP6(41, 128, "ip6", Kind.IP6),
    IP6ZONE(42, -1, "ip6zone", Kind.TEXT),
    IPCIDR(43, 8, "ipcidr", Kind.BYTE),
    DNS(53, -1, "dns", Kind.TEXT),
    DNS4(54, -1, "dns4", Kind.TEXT),
    DNS6(55, -1, "dns6", Kind.TEXT),
    DNSADDR(56, -1, "dnsaddr", Kind.TEXT),
    UDT(301, 0, "udt", Kind.NONE),
    UTP(302, 0, "utp", Kind.NONE),
    UNIX(400, -1, "unix", Kind.PATH),
    P2P(421, -1, "p2p", Kind.PEER),
    TLS(448, 0, "tls", Kind.NONE),
    SNI(449, -1, "sni", Kind.TEXT),
    NOISE(454, 0, "noise", Kind.NONE),
    QUIC(460, 0, "quic", Kind.NONE),
    QUIC_V1(461, 0, "quic-v1", Kind.NONE),
    WEBTRANSPORT(465, 0, "webtransport", Kind.NONE),
    CERTHASH(466, -1, "certhash", Kind.MULTIBASE),
    HTTP(480, 0, "http", Kind.NONE),
    HTTP_PATH(481, -1, "http-path", Kind.ESCAPED),
    HTTPS(443, 0, "https", Kind.NONE),
    WS(477, 0, "ws", Kind.NONE),
    WSS(478, 0, "wss", Kind.NONE),
    P2P_WEBSOCKET_STAR(479, 0, "p2p-websocket-star", Kind.NONE),
    P2P_WEBRTC_STAR(275, 0, "p2p-webrtc-star", Kind.NONE),
    P2P_WEBRTC_DIRECT(276, 0, "p2p-webrtc-direct", Kind.NONE),
    WEBRTC_DIRECT(280, 0, "webrtc-direct", Kind.NONE),
    WEBRTC(281, 0, "webrtc", Kind.NONE),
    P2P_CIRCUIT(290, 0, "p2p-circuit", Kind.NONE),
    MEMORY(777, -1, "memory", Kind.TEXT);

    /** How a value is spelled in text. */
    enum Kind {
        NONE,
        IP4,
        IP6,
        PORT,
        BYTE,
        TEXT,
        PATH,
        ESCAPED,
        PEER,
        MULTIBASE
    }

    private final int code;
    private final int bits;
    private final String label;
    private final Kind kind;

    AddressPart(int code, int bits, String label, Kind kind) {
        this.code = code;
        this.bits = bits;
        this.label = label;
        this.kind = kind;
    }

    public int code() {
        return code;
    }

    /** Its name in text. */
    public String label() {
        return label;
    }

    boolean hasValue() {
        return kind != Kind.NONE;
    }

    boolean takesRest() {
        return kind == Kind.PATH;
    }

    /** Bytes of the value, or -1 when a length precedes it. */
    int valueBytes() {
        return bits < 0 ? -1 : bits / 8;
    }

    static Optional<AddressPart> byCode(long code) {
        for (AddressPart part : values()) {
            if (part.code == code) {
                return Optional.of(part);
            }
        }
        return Optional.empty();
    }

    static Optional<AddressPart> byLabel(String label) {
        if (label.equals("ipfs")) {
            return Optional.of(P2P);
        }
        for (AddressPart part : values()) {
            if (part.label.equals(label)) {
                return Optional.of(part);
            }
        }
        return Optional.empty();
    }

    ByteString parseValue(String text) {
        if (text.isEmpty()) {
            throw new WireException("expected a value after /%s, but found nothing".formatted(label));
        }
        return switch (kind) {
            case NONE -> ByteString.EMPTY;
            case IP4 -> IpText.parse4(text);
            case IP6 -> IpText.parse6(text);
            case PORT -> number(text, 2);
            case BYTE -> number(text, 1);
            case TEXT -> ByteString.copyFromUtf8(text);
            case PATH -> ByteString.copyFromUtf8("/" + text);
            case ESCAPED -> PercentText.decode(text);
            case PEER -> PeerId.parse(text).bytes();
            case MULTIBASE -> Multibase.decode(text);
        };
    }

    String formatValue(ByteString value) {
        return switch (kind) {
            case NONE -> "";
            case IP4 -> IpText.format4(value);
            case IP6 -> IpText.format6(value);
            case PORT -> Integer.toString(((value.byteAt(0) & 0xff) << 8) | (value.byteAt(1) & 0xff));
            case BYTE -> Integer.toString(value.byteAt(0) & 0xff);
            case TEXT -> value.toString(StandardCharsets.UTF_8);
            case PATH -> value.substring(1).toString(StandardCharsets.UTF_8);
            case ESCAPED -> PercentText.encode(value);
            case PEER -> Multibase.BASE58BTC.encodeBare(value);
            case MULTIBASE -> Multibase.BASE64URL.encode(value);
        };
    }

    /** Refuses a value from the wire that the text form could not express. */
    void check(ByteString value) {
        boolean bad = switch (kind) {
            case PEER -> {
                new PeerId(value);
                yield false;
            }
            case TEXT ->
                value.isEmpty() || !value.isValidUtf8() || value.toStringUtf8().contains("/");
            case PATH -> value.size() < 2 || value.byteAt(0) != '/' || !value.isValidUtf8();
            case ESCAPED, MULTIBASE -> value.isEmpty();
            case NONE, IP4, IP6, PORT, BYTE -> false;
        };
        if (bad) {
            throw new WireException(
                    "expected a well-formed /%s value, but found %d other bytes".formatted(label, value.size()));
        }
    }

    private static ByteString number(String text, int bytes) {
        int max = bytes == 1 ? 0xff : 0xffff;
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > max) {
            throw new WireException("expected a number from 0 to %d, but found '%.20s'".formatted(max, text));
        }
        int value = Integer.parseInt(text);
        byte[] out = bytes == 1 ? new byte[] {(byte) value} : new byte[] {(byte) (value >>> 8), (byte) value};
        return ByteString.copyFrom(out);
    }
}
