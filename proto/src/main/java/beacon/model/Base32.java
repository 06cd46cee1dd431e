package beacon.model;

import com.google.protobuf.ByteString;

/** RFC 4648 base32 as multibase uses it: lower-case, no padding. Read in either case; left-over bits must be zero. */
final class Base32 {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private Base32() {}

    static String encode(ByteString bytes) {
        StringBuilder text = new StringBuilder((bytes.size() * 8 + 4) / 5);
        int buffer = 0;
        int bits = 0;
        for (int i = 0; i < bytes.size(); i++) {
            buffer = (buffer << 8) | (bytes.byteAt(i) & 0xff);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(ALPHABET.charAt((buffer >> bits) & 31));
            }
        }
        if (bits > 0) {
            text.append(ALPHABET.charAt((buffer << (5 - bits)) & 31));
        }
        return text.toString();
    }

    /** Decodes the text from a position on. */
    static byte[] decode(String text, int from) throws MalformedText {
        byte[] bytes = new byte[(text.length() - from) * 5 / 8];
        int buffer = 0;
        int bits = 0;
        int size = 0;
        for (int i = from; i < text.length(); i++) {
            buffer = (buffer << 5) | digit(text, i);
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes[size++] = (byte) (buffer >> bits);
            }
        }
        if (bits >= 5 || (buffer & ((1 << bits) - 1)) != 0) {
            throw new MalformedText("expected base32 of whole bytes, but found %d bits left over".formatted(bits));
        }
        return bytes;
    }

    private static int digit(String text, int at) throws MalformedText {
        char c = text.charAt(at);
        if (c >= 'a' && c <= 'z') {
            return c - 'a';
        }
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= '2' && c <= '7') {
            return c - '2' + 26;
        }
        throw MalformedText.character("base32", text, at);
    }
}
