package beacon.model;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/** Base58 with Bitcoin's alphabet. Takes quadratic time, so callers bound what they pass. */
final class Base58 {
    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private Base58() {}

    static String encode(ByteString bytes) {
        int zeros = 0;
        while (zeros < bytes.size() && bytes.byteAt(zeros) == 0) {
            zeros++;
        }
        // log(256) / log(58) < 1.38; digits[last used] is the most significant one.
        byte[] digits = new byte[(bytes.size() - zeros) * 138 / 100 + 1];
        int length = 0;
        for (int i = zeros; i < bytes.size(); i++) {
            int carry = bytes.byteAt(i) & 0xff;
            for (int j = 0; j < length || carry > 0; j++) {
                carry += digits[j] << 8;
                digits[j] = (byte) (carry % 58);
                carry /= 58;
                length = Math.max(length, j + 1);
            }
        }
        StringBuilder text = new StringBuilder(zeros + length);
        text.append("1".repeat(zeros));
        for (int j = length - 1; j >= 0; j--) {
            text.append(ALPHABET.charAt(digits[j]));
        }
        return text.toString();
    }

    static byte[] decode(String text) throws MalformedText {
        int zeros = 0;
        while (zeros < text.length() && text.charAt(zeros) == '1') {
            zeros++;
        }
        // Filled from its end; log(58) / log(256) < 0.733.
        byte[] bytes = new byte[text.length() + 1];
        int start = bytes.length;
        for (int i = zeros; i < text.length(); i++) {
            int carry = ALPHABET.indexOf(text.charAt(i));
            if (carry < 0) {
                throw MalformedText.character("base58btc", text, i);
            }
            for (int j = bytes.length - 1; j >= start || carry > 0; j--) {
                carry += (bytes[j] & 0xff) * 58;
                bytes[j] = (byte) carry;
                carry >>= 8;
                start = Math.min(start, j);
            }
        }
        return Arrays.copyOfRange(bytes, start - zeros, bytes.length);
    }
}
