package beacon.keys.envelope;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;

/** Bech32 of BIP 173 without its length limit, as age uses it; one case throughout, and zero padding only. */
public final class Bech32 {
    private static final String ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final int[] GENERATOR = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    private static final int CHECKSUM_CHARS = 6;
    private static final int MAX_CHARS = 65_536;

    private Bech32() {}

    /** Prints in lower case. */
    public static String encode(String prefix, byte[] data) {
        byte[] groups = regroup(data, 8, 5, true);
        StringBuilder text = new StringBuilder(prefix.length() + groups.length + 7);
        text.append(prefix).append('1');
        for (byte group : groups) {
            text.append(ALPHABET.charAt(group));
        }
        int checksum = polymod(prefix, groups) ^ 1;
        for (int i = 0; i < CHECKSUM_CHARS; i++) {
            text.append(ALPHABET.charAt((checksum >>> (5 * (5 - i))) & 31));
        }
        return text.toString();
    }

    /** Reads a text whose prefix is the given one (lower case).
     *
     * @throws AgeException.BadKey with no part of the text in the message, since it may be a secret
     */
    public static byte[] decode(String expectedPrefix, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!text.equals(lower) && !text.equals(text.toUpperCase(Locale.ROOT))) {
            throw bad("one case");
        }
        int separator = lower.lastIndexOf('1');
        if (text.length() > MAX_CHARS || separator < 1 || separator + CHECKSUM_CHARS >= lower.length()) {
            throw bad("a prefix, the separator 1, data and a checksum");
        }
        String prefix = lower.substring(0, separator);
        if (!prefix.equals(expectedPrefix)) {
            throw bad("the prefix " + expectedPrefix);
        }
        byte[] groups = new byte[lower.length() - separator - 1];
        for (int i = 0; i < groups.length; i++) {
            int value = ALPHABET.indexOf(lower.charAt(separator + 1 + i));
            if (value < 0) {
                throw bad("the Bech32 alphabet");
            }
            groups[i] = (byte) value;
        }
        byte[] data = Arrays.copyOf(groups, groups.length - CHECKSUM_CHARS);
        int checksum = polymod(prefix, data) ^ 1;
        for (int i = 0; i < CHECKSUM_CHARS; i++) {
            if (groups[data.length + i] != ((checksum >>> (5 * (5 - i))) & 31)) {
                throw bad("a matching checksum");
            }
        }
        return regroup(data, 5, 8, false);
    }

    private static byte[] regroup(byte[] data, int from, int to, boolean pad) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int buffer = 0;
        int bits = 0;
        for (byte value : data) {
            buffer = ((buffer << from) | (value & 0xff)) & 0xfff;
            bits += from;
            while (bits >= to) {
                bits -= to;
                out.write((buffer >>> bits) & ((1 << to) - 1));
            }
        }
        int rest = buffer & ((1 << bits) - 1);
        if (pad && bits > 0) {
            out.write((rest << (to - bits)) & ((1 << to) - 1));
        } else if (!pad && (bits >= from || rest != 0)) {
            throw bad("zero padding of less than one character");
        }
        return out.toByteArray();
    }

    /** Over prefix, data and six zero groups. */
    private static int polymod(String prefix, byte[] groups) {
        int sum = 1;
        for (int i = 0; i < prefix.length(); i++) {
            sum = step(sum, prefix.charAt(i) >>> 5);
        }
        sum = step(sum, 0);
        for (int i = 0; i < prefix.length(); i++) {
            sum = step(sum, prefix.charAt(i) & 31);
        }
        for (byte group : groups) {
            sum = step(sum, group);
        }
        for (int i = 0; i < CHECKSUM_CHARS; i++) {
            sum = step(sum, 0);
        }
        return sum;
    }

    private static int step(int sum, int value) {
        int top = sum >>> 25;
        int next = ((sum & 0x1ffffff) << 5) ^ value;
        for (int i = 0; i < GENERATOR.length; i++) {
            next ^= ((top >>> i) & 1) * GENERATOR[i];
        }
        return next;
    }

    private static AgeException.BadKey bad(String expected) {
        return new AgeException.BadKey("expected Bech32 with " + expected + ", but found something else");
    }
}
