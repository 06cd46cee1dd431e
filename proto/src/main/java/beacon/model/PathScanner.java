package beacon.model;

/**
 * Reads the path of an address, from a position to the end of the text, and makes it canonical. A path without
 * percent-encoding, the common one, is only looked at.
 */
final class PathScanner {
    private static final String SEGMENT = "a path segment";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private final String text;
    private final int start;
    private int at;

    PathScanner(String text, int start) {
        this.text = text;
        this.start = start;
        this.at = start;
    }

    /** The canonical path; empty when the text's own is canonical, for a path itself is never empty. */
    String canonicalPath() {
        int segment = start;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '/') {
                checkSegment(text, segment, at);
                segment = at + 1;
            } else if (c == '%') {
                return encodedPath();
            } else if (!Ascii.isPath(c)) {
                throw unexpected();
            }
            at++;
        }
        checkSegment(text, segment, at);
        checkLength(at - start);
        return "";
    }

    private String encodedPath() {
        at = start;
        StringBuilder path = new StringBuilder(text.length() - start);
        int segment = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '%') {
                character(path);
                continue;
            }
            if (c == '/') {
                checkSegment(path, segment, path.length());
                segment = path.length() + 1;
            } else if (!Ascii.isPath(c)) {
                throw unexpected();
            }
            path.append(c);
            at++;
        }
        checkSegment(path, segment, path.length());
        checkLength(path.length());
        String canonical = path.toString();
        return text.startsWith(canonical, start) ? "" : canonical;
    }

    /** One UTF-8 character whose bytes are percent-encoded. The bounds are those of RFC 3629 section 4. */
    private void character(StringBuilder path) {
        int lead = encodedByte();
        if (lead < 0x80) {
            if (Ascii.isPath(lead)) {
                path.append((char) lead);
            } else {
                append(path, lead);
            }
            return;
        }
        if (lead < 0xc2 || lead > 0xf4) {
            throw new MalformedAddress("the first byte of a UTF-8 character", "%%%02X".formatted(lead), at - 3);
        }
        append(path, lead);
        int lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        append(path, continuation(lowest, highest));
        for (int more = lead < 0xe0 ? 0 : lead < 0xf0 ? 1 : 2; more > 0; more--) {
            append(path, continuation(0x80, 0xbf));
        }
    }

    private int continuation(int lowest, int highest) {
        int value = at < text.length() && text.charAt(at) == '%' ? encodedByte() : -1;
        if (value < lowest || value > highest) {
            int position = value < 0 ? at : at - 3;
            throw new MalformedAddress(
                    "%%%02X to %%%02X, the next byte of a UTF-8 character".formatted(lowest, highest),
                    value < 0 ? AddressScanner.found(text, at) : "%%%02X".formatted(value),
                    position);
        }
        return value;
    }

    private int encodedByte() {
        int value = (hexDigit(at + 1) << 4) | hexDigit(at + 2);
        at += 3;
        return value;
    }

    private int hexDigit(int position) {
        char c = position < text.length() ? text.charAt(position) : ' ';
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'A' && c <= 'F') {
            return c - 'A' + 10;
        }
        if (c >= 'a' && c <= 'f') {
            return c - 'a' + 10;
        }
        throw new MalformedAddress("two hex digits after \"%\"", AddressScanner.found(text, position), position);
    }

    private static void append(StringBuilder path, int value) {
        path.append('%').append(HEX[value >> 4]).append(HEX[value & 0xf]);
    }

    private void checkSegment(CharSequence path, int from, int to) {
        int length = to - from;
        if (length == 0) {
            throw new MalformedAddress(SEGMENT, at < text.length() ? "an empty one" : "the end", at);
        }
        if (length <= 2 && path.charAt(from) == '.' && path.charAt(to - 1) == '.') {
            throw new MalformedAddress(SEGMENT, length == 1 ? "\".\"" : "\"..\"", at - 1);
        }
    }

    private void checkLength(int length) {
        if (length > Address.MAX_PATH_BYTES) {
            throw new MalformedAddress(
                    "a path of at most %d bytes".formatted(Address.MAX_PATH_BYTES), "%d".formatted(length), start);
        }
    }

    private MalformedAddress unexpected() {
        return new MalformedAddress(
                "a letter, a digit, one of -._~!$&'()*+,;=:@/ or a percent-encoded byte",
                AddressScanner.found(text, at),
                at);
    }
}
