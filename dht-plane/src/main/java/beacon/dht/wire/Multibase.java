package beacon.dht.wire;

import com.google.protobuf.ByteString;
import java.util.Locale;

/**
 * Bytes as text with a leading character that names the base. Case is ignored where the alphabet has one case only;
 * unused trailing bits must be zero. Bases of the table that nobody uses for identifiers (Proquint, emoji, base45) are
 * left out.
 */
public enum Multibase {
    BASE2('0', "01"),
    BASE8('7', "01234567"),
    BASE10('9', "0123456789"),
    BASE16('f', "0123456789abcdef"),
    BASE16UPPER('F', "0123456789ABCDEF"),
    BASE32HEX('v', "0123456789abcdefghijklmnopqrstuv"),
    BASE32HEXUPPER('V', "0123456789ABCDEFGHIJKLMNOPQRSTUV"),
    BASE32HEXPAD('t', "0123456789abcdefghijklmnopqrstuv"),
    BASE32HEXPADUPPER('T', "0123456789ABCDEFGHIJKLMNOPQRSTUV"),
    BASE32('b', "abcdefghijklmnopqrstuvwxyz234567"),
    BASE32UPPER('B', "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    BASE32PAD('c', "abcdefghijklmnopqrstuvwxyz234567"),
    BASE32PADUPPER('C', "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    BASE32Z('h', "ybndrfg8ejkmcpqxot1uwisza345h769"),
    BASE36('k', "0123456789abcdefghijklmnopqrstuvwxyz"),
    BASE36UPPER('K', "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    BASE58BTC('z', "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    BASE58FLICKR('Z', "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"),
    BASE64('m', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    BASE64PAD('M', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    BASE64URL('u', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
    BASE64URLPAD('U', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private final char prefix;

    @SuppressWarnings("Immutable") // neither changes after construction
    private final BaseX number;

    @SuppressWarnings("Immutable")
    private final BitBase bits;

    private final boolean powerOfTwo;

    Multibase(char prefix, String alphabet) {
        this.prefix = prefix;
        boolean oneCase = alphabet.toLowerCase(Locale.ROOT).equals(alphabet)
                || alphabet.toUpperCase(Locale.ROOT).equals(alphabet);
        this.number = new BaseX(alphabet, oneCase);
        this.bits = new BitBase(alphabet, oneCase, name().contains("PAD"));
        this.powerOfTwo = Integer.bitCount(alphabet.length()) == 1;
    }

    /** The text with the prefix of this base. */
    public String encode(ByteString bytes) {
        return prefix + encodeBare(bytes);
    }

    /** The text without a prefix. */
    public String encodeBare(ByteString bytes) {
        return powerOfTwo ? bits.encode(bytes) : number.encode(bytes);
    }

    /** Reads text of this base without a prefix. */
    public ByteString decodeBare(String text) {
        return powerOfTwo ? bits.decode(text) : number.decode(text);
    }

    /**
     * Reads text with any known prefix.
     *
     * @throws WireException when the prefix is unknown or the rest is not of that base
     */
    public static ByteString decode(String text) {
        if (text.isEmpty()) {
            throw new WireException("expected a multibase prefix, but found nothing");
        }
        for (Multibase base : values()) {
            if (base.prefix == text.charAt(0)) {
                return base.decodeBare(text.substring(1));
            }
        }
        throw new WireException("expected a known multibase prefix, but found character " + (int) text.charAt(0));
    }
}
