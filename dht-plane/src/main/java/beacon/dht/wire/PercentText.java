package beacon.dht.wire;

import com.google.protobuf.ByteString;

/** Percent-encoding of bytes: unreserved characters of RFC 3986 stand for themselves. */
final class PercentText {
    private static final String HEX = "0123456789ABCDEF";

    private PercentText() {}

    static String encode(ByteString bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.size(); i++) {
            int b = bytes.byteAt(i) & 0xff;
            if (isUnreserved((char) b)) {
                text.append((char) b);
            } else {
                text.append('%').append(HEX.charAt(b >>> 4)).append(HEX.charAt(b & 15));
            }
        }
        return text.toString();
    }

    static ByteString decode(String text) {
        ByteString.Output out = ByteString.newOutput(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isUnreserved(c)) {
                out.write(c);
            } else if (c == '%'
                    && i + 2 < text.length()
                    && hex(text.charAt(i + 1)) >= 0
                    && hex(text.charAt(i + 2)) >= 0) {
                out.write((hex(text.charAt(i + 1)) << 4) | hex(text.charAt(i + 2)));
                i += 2;
            } else {
                throw new WireException(
                        "expected percent-encoded text, but found character %d at %d".formatted((int) c, i));
            }
        }
        return out.toByteString();
    }

    private static int hex(char c) {
        return HEX.indexOf(c >= 'a' && c <= 'f' ? c - 32 : c);
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~".indexOf(c) >= 0;
    }
}
