package beacon.keys.shares;

import beacon.keys.Entropy;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * A point of edwards25519 in extended coordinates (Hisil, Wong, Carter and Dawson 2008), over Bouncy Castle's field
 * without branches. The addition formulas are complete, so no value is special to them.
 *
 * <p>Secret multiplication goes through fixed 4-bit windows; each step reads the whole table and keeps one entry by
 * masking. The scalar is blinded with a multiple of the order, so the point must be of prime order. Java gives no
 * guarantee about time beyond this (docs/adr/0020).
 */
public final class Point {
    /** Bytes of an encoding (RFC 8032). */
    public static final int BYTES = 32;

    private static final int[] ONE = one();
    private static final int[] D = curveD();
    private static final int[] D2 = doubled(D);

    /** The neutral element. */
    public static final Point IDENTITY = new Point(X25519Field.create(), one(), one(), X25519Field.create());

    /** The generator of the prime-order subgroup. */
    public static final Point BASE = decode(base()).orElseThrow();

    private final int[] x;
    private final int[] y;
    private final int[] z;
    private final int[] t;

    private Point(int[] x, int[] y, int[] z, int[] t) {
        this.x = x;
        this.y = y;
        this.z = z;
        this.t = t;
    }

    /** Reads a canonical encoding of any curve point; empty when it is none. For public values. */
    public static Optional<Point> decode(byte[] encoding) {
        if (encoding.length != BYTES) {
            return Optional.empty();
        }
        byte[] text = encoding.clone();
        int sign = (text[31] & 0x80) >>> 7;
        text[31] &= 0x7f;
        int[] y = X25519Field.create();
        X25519Field.decode255(text, y);
        byte[] canonical = encodeField(y);
        return Arrays.equals(canonical, text) ? fromY(y, sign) : Optional.empty();
    }

    /** Reads the encoding of a point of the prime-order subgroup other than the neutral one. For public values. */
    public static Optional<Point> decodePrimeOrder(byte[] encoding) {
        return decode(encoding).filter(point -> !point.isIdentity() && point.isTorsionFree());
    }

    /**
     * The point over a Montgomery u-coordinate whose x is even, as all custodians must choose alike; empty on the twist.
     * Bit 255 is ignored and u reduced, as X25519 does. For public values.
     */
    public static Optional<Point> fromMontgomery(byte[] u) {
        byte[] text = u.clone();
        text[31] &= 0x7f;
        int[] value = X25519Field.create();
        X25519Field.decode255(text, value);
        int[] numerator = X25519Field.create();
        int[] denominator = X25519Field.create();
        X25519Field.apm(value, ONE, denominator, numerator);
        X25519Field.normalize(denominator);
        if (X25519Field.isZeroVar(denominator)) {
            return Optional.empty();
        }
        int[] y = X25519Field.create();
        X25519Field.invVar(denominator, y);
        X25519Field.mul(y, numerator, y);
        return fromY(y, 0);
    }

    /** The Montgomery u-coordinate: what X25519 calls the point. */
    public byte[] toMontgomery() {
        int[] numerator = X25519Field.create();
        int[] denominator = X25519Field.create();
        X25519Field.apm(z, y, numerator, denominator);
        X25519Field.inv(denominator, denominator);
        X25519Field.mul(numerator, denominator, numerator);
        return encodeField(numerator);
    }

    /** The RFC 8032 encoding. */
    public byte[] encode() {
        int[] inverse = X25519Field.create();
        X25519Field.inv(z, inverse);
        int[] affineX = X25519Field.create();
        int[] affineY = X25519Field.create();
        X25519Field.mul(x, inverse, affineX);
        X25519Field.mul(y, inverse, affineY);
        byte[] encoding = encodeField(affineY);
        encoding[31] |= (byte) ((encodeField(affineX)[0] & 1) << 7);
        return encoding;
    }

    public ByteString toByteString() {
        return ByteString.copyFrom(encode());
    }

    public Point plus(Point other) {
        int[] a = X25519Field.create();
        int[] b = X25519Field.create();
        int[] c = X25519Field.create();
        int[] d = X25519Field.create();
        X25519Field.apm(y, x, b, a);
        X25519Field.apm(other.y, other.x, d, c);
        X25519Field.mul(a, c, a);
        X25519Field.mul(b, d, b);
        X25519Field.mul(t, other.t, c);
        X25519Field.mul(c, D2, c);
        X25519Field.mul(z, other.z, d);
        X25519Field.add(d, d, d);
        X25519Field.carry(d);
        int[] e = X25519Field.create();
        int[] f = X25519Field.create();
        X25519Field.apm(b, a, b, e);
        X25519Field.apm(d, c, d, f);
        return product(e, f, d, b);
    }

    public Point doubled() {
        int[] a = X25519Field.create();
        int[] b = X25519Field.create();
        int[] c = X25519Field.create();
        int[] e = X25519Field.create();
        X25519Field.sqr(x, a);
        X25519Field.sqr(y, b);
        X25519Field.sqr(z, c);
        X25519Field.add(c, c, c);
        X25519Field.add(x, y, e);
        X25519Field.sqr(e, e);
        int[] h = X25519Field.create();
        int[] g = X25519Field.create();
        X25519Field.apm(b, a, h, g);
        X25519Field.carry(h);
        X25519Field.carry(g);
        // All signs of E, F, G and H turned around: the same point.
        X25519Field.sub(e, h, e);
        X25519Field.carry(e);
        X25519Field.negate(h, h);
        int[] f = X25519Field.create();
        X25519Field.sub(g, c, f);
        X25519Field.carry(f);
        return product(e, f, g, h);
    }

    public Point negate() {
        int[] minusX = X25519Field.create();
        int[] minusT = X25519Field.create();
        X25519Field.negate(x, minusX);
        X25519Field.negate(t, minusT);
        return new Point(minusX, y, z, minusT);
    }

    public Point minus(Point other) {
        return plus(other.negate());
    }

    /** Multiplied by the cofactor: in the prime-order subgroup whatever it was. */
    public Point clearCofactor() {
        return doubled().doubled().doubled();
    }

    /** A secret multiple. The point must be of prime order. */
    public Point times(Scalar secret, Entropy entropy) {
        return Multiplication.secret(this, secret, entropy);
    }

    /** A secret multiple of the generator. */
    public static Point baseTimes(Scalar secret, Entropy entropy) {
        return Multiplication.secretBase(secret, entropy);
    }

    /** A multiple by a public number; takes more or less time. */
    public Point timesPublic(Scalar scalar) {
        return Multiplication.publicSum(this, scalar, IDENTITY, Scalar.ZERO);
    }

    /** a · P + b · Q for public numbers; takes more or less time. */
    public static Point publicSum(Point p, Scalar a, Point q, Scalar b) {
        return Multiplication.publicSum(p, a, q, b);
    }

    public boolean isIdentity() {
        return sameAs(IDENTITY);
    }

    /** In the prime-order subgroup. For public values. */
    public boolean isTorsionFree() {
        Scalar orderLessOne = Scalar.ZERO.minus(Scalar.ONE);
        return timesPublic(orderLessOne).plus(this).isIdentity();
    }

    /** The same point; coordinates may differ. */
    public boolean sameAs(Point other) {
        return sameRatio(x, z, other.x, other.z) && sameRatio(y, z, other.y, other.z);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Point point && sameAs(point);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }

    /** Not its coordinates: a shared secret is a point, too. */
    @Override
    public String toString() {
        return "Point[hidden]";
    }

    /** Overwrites this with {@code other} when {@code mask} is -1, and does nothing when it is 0. */
    static void select(int mask, Point other, int[][] into) {
        X25519Field.cmov(mask, other.x, 0, into[0], 0);
        X25519Field.cmov(mask, other.y, 0, into[1], 0);
        X25519Field.cmov(mask, other.z, 0, into[2], 0);
        X25519Field.cmov(mask, other.t, 0, into[3], 0);
    }

    static Point ofCoordinates(int[][] from) {
        return new Point(from[0], from[1], from[2], from[3]);
    }

    private static Point product(int[] e, int[] f, int[] g, int[] h) {
        int[] x = X25519Field.create();
        int[] y = X25519Field.create();
        int[] z = X25519Field.create();
        int[] t = X25519Field.create();
        X25519Field.mul(e, f, x);
        X25519Field.mul(g, h, y);
        X25519Field.mul(f, g, z);
        X25519Field.mul(e, h, t);
        return new Point(x, y, z, t);
    }

    /** x² = (y² - 1) / (d·y² + 1), taking the root of the given parity. */
    private static Optional<Point> fromY(int[] y, int sign) {
        int[] numerator = X25519Field.create();
        int[] denominator = X25519Field.create();
        X25519Field.sqr(y, numerator);
        X25519Field.mul(D, numerator, denominator);
        X25519Field.sub(numerator, ONE, numerator);
        X25519Field.add(denominator, ONE, denominator);
        X25519Field.carry(numerator);
        X25519Field.carry(denominator);
        int[] x = X25519Field.create();
        if (!X25519Field.sqrtRatioVar(numerator, denominator, x)) {
            return Optional.empty();
        }
        X25519Field.normalize(x);
        if (sign == 1 && X25519Field.isZeroVar(x)) {
            return Optional.empty();
        }
        if ((encodeField(x)[0] & 1) != sign) {
            X25519Field.negate(x, x);
            X25519Field.carry(x);
        }
        int[] t = X25519Field.create();
        X25519Field.mul(x, y, t);
        return Optional.of(new Point(x, y, one(), t));
    }

    private static boolean sameRatio(int[] a, int[] aOver, int[] b, int[] bOver) {
        int[] left = X25519Field.create();
        int[] right = X25519Field.create();
        X25519Field.mul(a, bOver, left);
        X25519Field.mul(b, aOver, right);
        X25519Field.normalize(left);
        X25519Field.normalize(right);
        return X25519Field.areEqual(left, right) != 0;
    }

    private static byte[] encodeField(int[] value) {
        int[] normal = value.clone();
        X25519Field.carry(normal);
        X25519Field.normalize(normal);
        byte[] bytes = new byte[BYTES];
        X25519Field.encode(normal, bytes);
        return bytes;
    }

    private static int[] one() {
        int[] one = X25519Field.create();
        X25519Field.one(one);
        return one;
    }

    /** -121665 / 121666. */
    private static int[] curveD() {
        int[] d = X25519Field.create();
        X25519Field.mul(one(), 121666, d);
        X25519Field.inv(d, d);
        X25519Field.mul(d, 121665, d);
        X25519Field.negate(d, d);
        X25519Field.carry(d);
        return d;
    }

    private static int[] doubled(int[] value) {
        int[] twice = X25519Field.create();
        X25519Field.add(value, value, twice);
        X25519Field.carry(twice);
        return twice;
    }

    /** y = 4/5, x even. */
    private static byte[] base() {
        byte[] encoding = new byte[BYTES];
        Arrays.fill(encoding, (byte) 0x66);
        encoding[0] = 0x58;
        return encoding;
    }
}
