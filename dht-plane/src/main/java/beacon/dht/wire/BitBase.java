package beacon.dht.wire;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/** Bases of a power of two: every digit carries the same number of bits, most significant first. */
final class BitBase {
    private final String alphabet;
    private final int bitsPerDigit;
    private final int digitsPerGroup;
    private final boolean padded;
    private final int[] digitOf = new int[128];

    BitBase(String alphabet, boolean ignoreCase, boolean padded) {
        this.alphabet = alphabet;
        this.padded = padded;
        this.bitsPerDigit = Integer.numberOfTrailingZeros(Integer.highestOneBit(alphabet.length()));
        this.digitsPerGroup = bitsPerDigit == 6 ? 4 : 8;
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
        StringBuilder text = new StringBuilder(bytes.size() * 8 / bitsPerDigit + digitsPerGroup);
        int buffer = 0;
        int held = 0;
        for (int i = 0; i < bytes.size(); i++) {
            buffer = ((buffer << 8) | (bytes.byteAt(i) & 0xff)) & 0xffff;
            held += 8;
            while (held >= bitsPerDigit) {
                held -= bitsPerDigit;
                text.append(alphabet.charAt((buffer >>> held) & (alphabet.length() - 1)));
            }
        }
        if (held > 0) {
            text.append(alphabet.charAt((buffer << (bitsPerDigit - held)) & (alphabet.length() - 1)));
        }
        while (padded && text.length() % digitsPerGroup != 0) {
            text.append('=');
        }
        return text.toString();
    }

    ByteString decode(String text) {
        int end = text.length();
        if (padded) {
            if (end % digitsPerGroup != 0) {
                throw new WireException("expected padding to a multiple of %d digits, but found %d digits"
                        .formatted(digitsPerGroup, end));
            }
            while (end > 0 && text.length() - end < digitsPerGroup && text.charAt(end - 1) == '=') {
                end--;
            }
        }
        byte[] out = new byte[(int) ((long) end * bitsPerDigit / 8)];
        int at = 0;
        int buffer = 0;
        int held = 0;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? digitOf[c] : -1;
            if (digit < 0) {
                throw new WireException("expected a digit of base %d, but found character %d at %d"
                        .formatted(alphabet.length(), (int) c, i));
            }
            buffer = ((buffer << bitsPerDigit) | digit) & 0xffff;
            held += bitsPerDigit;
            if (held >= 8) {
                held -= 8;
                out[at++] = (byte) (buffer >>> held);
            }
        }
        if (held >= bitsPerDigit || (buffer & ((1 << held) - 1)) != 0) {
            throw new WireException("expected unused bits to be zero and fewer than a digit, but found " + held);
        }
        return ByteString.copyFrom(out);
    }
}
