package beacon.dht.wire;

import com.google.protobuf.ByteString;

/** IPv4 and IPv6 addresses between bytes and text, without name look-ups. IPv6 is written as RFC 5952 says. */
final class IpText {
    private IpText() {}

    static ByteString parse4(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] bytes = new byte[4];
        if (parts.length != 4) {
            throw bad("an IPv4 address", text);
        }
        for (int i = 0; i < 4; i++) {
            boolean digits = parts[i].matches("0|[1-9][0-9]{0,2}");
            if (!digits || Integer.parseInt(parts[i]) > 255) {
                throw bad("an IPv4 address", text);
            }
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        return ByteString.copyFrom(bytes);
    }

    static String format4(ByteString bytes) {
        return "%d.%d.%d.%d"
                .formatted(
                        bytes.byteAt(0) & 0xff, bytes.byteAt(1) & 0xff, bytes.byteAt(2) & 0xff, bytes.byteAt(3) & 0xff);
    }

    static ByteString parse6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            ByteString whole = groups(text, text);
            if (whole.size() != 16) {
                throw bad("an IPv6 address", text);
            }
            return whole;
        }
        ByteString head = groups(text.substring(0, gap), text);
        ByteString tail = groups(text.substring(gap + 2), text);
        int zeros = 16 - head.size() - tail.size();
        if (zeros < 2) {
            throw bad("an IPv6 address", text);
        }
        return head.concat(ByteString.copyFrom(new byte[zeros])).concat(tail);
    }

    private static ByteString groups(String text, String whole) {
        if (text.isEmpty()) {
            return ByteString.EMPTY;
        }
        String[] parts = text.split(":", -1);
        if (parts.length > 8) {
            throw bad("an IPv6 address", whole);
        }
        ByteString.Output out = ByteString.newOutput(16);
        for (int i = 0; i < parts.length; i++) {
            if (i == parts.length - 1 && parts[i].indexOf('.') > 0) {
                return out.toByteString().concat(parse4(parts[i]));
            }
            if (!parts[i].matches("[0-9a-fA-F]{1,4}")) {
                throw bad("an IPv6 address", whole);
            }
            int group = Integer.parseInt(parts[i], 16);
            out.write(group >>> 8);
            out.write(group);
        }
        return out.toByteString();
    }

    static String format6(ByteString bytes) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ((bytes.byteAt(2 * i) & 0xff) << 8) | (bytes.byteAt(2 * i + 1) & 0xff);
        }
        int gapStart = -1;
        int gapLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > gapLength) {
                gapStart = i;
                gapLength = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gapStart) {
                text.append("::");
                i += gapLength - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static WireException bad(String expected, String found) {
        return new WireException("expected %s, but found '%.60s'".formatted(expected, found));
    }
}
