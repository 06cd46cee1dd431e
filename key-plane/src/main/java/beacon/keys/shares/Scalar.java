package beacon.keys.shares;

import beacon.keys.Entropy;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A number modulo the group order, secret or not. Arithmetic and comparison take the same time for every value. A secret
 * is wiped by its owner; a result is a new value with an owner of its own.
 */
public final class Scalar {
    /** Bytes of an encoding, little-endian. */
    public static final int BYTES = ScalarLimbs.BYTES;

    public static final Scalar ZERO = new Scalar(new byte[BYTES], true);
    public static final Scalar ONE = new Scalar(of(1).bytes, true);

    private static final byte[] MINUS_ONE = hex("ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

    private static final BigInteger ORDER =
            BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private final byte[] bytes;
    private final boolean constant;

    private Scalar(byte[] bytes) {
        this(bytes, false);
    }

    private Scalar(byte[] bytes, boolean constant) {
        this.bytes = bytes;
        this.constant = constant;
    }

    /** A small public number. */
    public static Scalar of(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("expected a number from 0, but found " + value);
        }
        byte[] bytes = new byte[BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
        return new Scalar(bytes);
    }

    /** Reads an encoding; empty when it is not of 32 bytes or not below the order. */
    public static Optional<Scalar> decode(byte[] encoding) {
        if (encoding.length != BYTES) {
            return Optional.empty();
        }
        byte[] reduced = ScalarLimbs.reduce(ScalarLimbs.load(encoding));
        return MessageDigest.isEqual(reduced, encoding) ? Optional.of(new Scalar(reduced)) : Optional.empty();
    }

    /** Any bytes, at most 64, little-endian, modulo the order; 64 hash bytes give a value without noticeable bias. */
    public static Scalar reduce(byte[] wide) {
        return new Scalar(ScalarLimbs.reduce(ScalarLimbs.load(wide)));
    }

    /** A uniform value that is not zero. */
    public static Scalar random(Entropy entropy) {
        byte[] wide = entropy.bytes(64);
        Scalar scalar = reduce(wide);
        Arrays.fill(wide, (byte) 0);
        return scalar.isZero() ? random(entropy) : scalar;
    }

    public Scalar plus(Scalar other) {
        return multiplyAdd(this, ONE, other);
    }

    public Scalar minus(Scalar other) {
        return new Scalar(ScalarLimbs.multiplyAdd(MINUS_ONE, other.bytes, bytes));
    }

    public Scalar times(Scalar other) {
        return multiplyAdd(this, other, ZERO);
    }

    public Scalar negate() {
        return ZERO.minus(this);
    }

    /** a · b + c. */
    public static Scalar multiplyAdd(Scalar a, Scalar b, Scalar c) {
        return new Scalar(ScalarLimbs.multiplyAdd(a.bytes, b.bytes, c.bytes));
    }

    /** The inverse, by Fermat; that of zero is zero. */
    public Scalar invert() {
        byte[] exponent = MINUS_ONE.clone();
        exponent[0] = (byte) (exponent[0] - 1); // The order less two: public, so the branch below tells nothing.
        Scalar power = ONE;
        for (int bit = 252; bit >= 0; bit--) {
            power = power.times(power);
            if ((exponent[bit / 8] >>> (bit % 8) & 1) == 1) {
                power = power.times(this);
            }
        }
        return power;
    }

    /** The inverse of a public value other than zero: much faster than {@link #invert}, and takes as long as it takes. */
    Scalar invertPublic() {
        byte[] bigEndian = bytes.clone();
        reverse(bigEndian);
        byte[] inverse = new BigInteger(1, bigEndian).modInverse(ORDER).toByteArray();
        reverse(inverse);
        return new Scalar(Arrays.copyOf(inverse, BYTES));
    }

    private static void reverse(byte[] array) {
        for (int i = 0; i < array.length / 2; i++) {
            byte swapped = array[i];
            array[i] = array[array.length - 1 - i];
            array[array.length - 1 - i] = swapped;
        }
    }

    public boolean isZero() {
        return MessageDigest.isEqual(bytes, ZERO.bytes);
    }

    /** A copy, little-endian; of a secret, the caller wipes it. */
    public byte[] encode() {
        return bytes.clone();
    }

    /** A copy with a life of its own. */
    public Scalar copy() {
        return new Scalar(bytes.clone());
    }

    /** Overwrites a secret; afterwards this is zero. The constants stay what they are. */
    public void wipe() {
        if (!constant) {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** this + r · order, 40 bytes little-endian, for a random 64-bit r: acts alike on points of prime order. */
    byte[] blind(Entropy entropy) {
        byte[] random = entropy.bytes(Long.BYTES);
        byte[] blinded = new byte[BYTES + Long.BYTES];
        int carry = 0;
        for (int i = 0; i < blinded.length; i++) {
            int sum = carry + (i < BYTES ? bytes[i] & 0xff : 0);
            for (int j = Math.max(0, i - BYTES + 1); j <= Math.min(i, Long.BYTES - 1); j++) {
                int order = (MINUS_ONE[i - j] & 0xff) + (i == j ? 1 : 0);
                sum += (random[j] & 0xff) * order;
            }
            blinded[i] = (byte) sum;
            carry = sum >>> 8;
        }
        Arrays.fill(random, (byte) 0);
        return blinded;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scalar scalar && MessageDigest.isEqual(bytes, scalar.bytes);
    }

    /** The same for all, so that no secret leaks into the order of a table. */
    @Override
    public int hashCode() {
        return BYTES;
    }

    @Override
    public String toString() {
        return "Scalar[hidden]";
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
