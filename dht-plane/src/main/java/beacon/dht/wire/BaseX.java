package beacon.dht.wire;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/**
 * Positional bases that are no power of two (58, 36, 10): the bytes are one big number, and leading zero bytes are
 * written as leading zero digits. The cost grows with the square of the length, therefore input is bounded.
 */
final class BaseX {
    /** Longest input, in bytes or digits; identifiers are far shorter. */
    static final int MAX_LENGTH = 1024;

    private final String alphabet;
    private final int[] digitOf = new int[128];

    BaseX(String alphabet, boolean ignoreCase) {
        this.alphabet = alphabet;
        Arrays.fill(digitOf, -1);
        for (int i = 0; i < alphabet.length(); i++) {
            char c = alphabet.charAt(i);
            digitOf[c] = i;
            if (ignoreCase) {
                digitOf[Character.toLowerCase(c)] = i;
                digitOf[Character.toUpperCase(c)] = i;
            }
        }
    }

    String encode(ByteString bytes) {
        requireBounded(bytes.size());
        byte[] number = bytes.toByteArray();
        int zeros = 0;
        while (zeros < number.length && number[zeros] == 0) {
            zeros++;
        }
        StringBuilder reversed = new StringBuilder();
        int start = zeros;
        while (start < number.length) {
            reversed.append(alphabet.charAt(divide(number, start, 256, alphabet.length())));
            if (number[start] == 0) {
                start++;
            }
        }
        for (int i = 0; i < zeros; i++) {
            reversed.append(alphabet.charAt(0));
        }
        return reversed.reverse().toString();
    }

    ByteString decode(String text) {
        requireBounded(text.length());
        byte[] digits = new byte[text.length()];
        for (int i = 0; i < digits.length; i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? digitOf[c] : -1;
            if (digit < 0) {
                throw new WireException("expected a digit of base %d, but found character %d at %d"
                        .formatted(alphabet.length(), (int) c, i));
            }
            digits[i] = (byte) digit;
        }
        int zeros = 0;
        while (zeros < digits.length && digits[zeros] == 0) {
            zeros++;
        }
        byte[] out = new byte[digits.length];
        int at = out.length;
        int start = zeros;
        while (start < digits.length) {
            out[--at] = (byte) divide(digits, start, alphabet.length(), 256);
            if (digits[start] == 0) {
                start++;
            }
        }
        while (at < out.length && out[at] == 0) {
            at++;
        }
        return ByteString.copyFrom(new byte[zeros]).concat(ByteString.copyFrom(out, at, out.length - at));
    }

    private static void requireBounded(int length) {
        if (length > MAX_LENGTH) {
            throw new WireException("expected at most %d digits, but found %d".formatted(MAX_LENGTH, length));
        }
    }

    /** Divides a number in place and returns the remainder. */
    private static int divide(byte[] number, int start, int base, int divisor) {
        int remainder = 0;
        for (int i = start; i < number.length; i++) {
            int digit = number[i] & 0xff;
            int value = remainder * base + digit;
            number[i] = (byte) (value / divisor);
            remainder = value % divisor;
        }
        return remainder;
    }
}
