package beacon.keys.shares;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.Vectors;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;

class PointTest {
    /** A generator of the eight torsion points. */
    private static final String TORSION = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";

    private final Entropy entropy = new TestEntropy(42);

    @Test
    void theOrderTimesTheGeneratorIsNeutral() {
        assertThat(Point.BASE.isTorsionFree()).isTrue();
        assertThat(Point.BASE.timesPublic(Scalar.ZERO)).isEqualTo(Point.IDENTITY);
        assertThat(Point.BASE.plus(Point.BASE)).isEqualTo(Point.BASE.doubled());
        assertThat(Point.BASE.minus(Point.BASE)).isEqualTo(Point.IDENTITY);
        assertThat(Point.IDENTITY.doubled()).isEqualTo(Point.IDENTITY);
    }

    @Test
    void everyWayOfMultiplyingAgrees() {
        for (int i = 0; i < 200; i++) {
            Scalar a = Scalar.random(entropy);
            Scalar b = Scalar.random(entropy);
            Point p = Point.baseTimes(a, entropy);

            assertThat(p).isEqualTo(Point.BASE.timesPublic(a));
            assertThat(p.times(b, entropy)).isEqualTo(Point.baseTimes(a.times(b), entropy));
            assertThat(Point.publicSum(Point.BASE, a, p, b)).isEqualTo(p.plus(p.timesPublic(b)));
        }
    }

    @Test
    void edgeScalarsMultiplyRight() {
        Scalar minusOne = Scalar.ZERO.minus(Scalar.ONE);

        assertThat(Point.baseTimes(minusOne, entropy)).isEqualTo(Point.BASE.negate());
        assertThat(Point.baseTimes(Scalar.ZERO, entropy)).isEqualTo(Point.IDENTITY);
        assertThat(Point.BASE.doubled().times(minusOne, entropy))
                .isEqualTo(Point.BASE.doubled().negate());
    }

    @Test
    void publicKeysAgreeWithEd25519AndX25519OfBouncyCastle() {
        for (int i = 0; i < 100; i++) {
            byte[] clamped = entropy.bytes(32);
            X25519.clampPrivateKey(clamped);
            byte[] expected = new byte[32];
            X25519.scalarMultBase(clamped, 0, expected, 0);

            Point point = Point.baseTimes(Scalar.reduce(clamped), entropy);

            assertThat(point.toMontgomery()).isEqualTo(expected);
            assertThat(Point.decodePrimeOrder(point.encode())).contains(point);
            assertThat(Ed25519.validatePublicKeyFull(point.encode(), 0)).isTrue();
            Point lifted = Point.fromMontgomery(expected).orElseThrow();
            assertThat(lifted.equals(point) || lifted.equals(point.negate())).isTrue();
            assertThat(lifted.encode()[31] & 0x80).isZero();
        }
    }

    @Test
    void torsionIsSeen() {
        Point torsion = Point.decode(HexFormat.of().parseHex(TORSION)).orElseThrow();
        Point mixed = torsion.plus(Point.baseTimes(Scalar.random(entropy), entropy));

        assertThat(torsion.clearCofactor()).isEqualTo(Point.IDENTITY);
        assertThat(torsion.isTorsionFree()).isFalse();
        assertThat(mixed.isTorsionFree()).isFalse();
        assertThat(mixed.clearCofactor().isTorsionFree()).isTrue();
        assertThat(Point.decodePrimeOrder(mixed.encode())).isEmpty();
        assertThat(Point.decodePrimeOrder(Point.IDENTITY.encode())).isEmpty();
    }

    @Test
    void decodingAgreesWithBouncyCastleOnRandomAndEdgeEncodings() {
        int decoded = 0;
        for (int i = 0; i < 500; i++) {
            byte[] encoding = entropy.bytes(32);

            Optional<Point> point = Point.decode(encoding);

            assertThat(point.isPresent()).isEqualTo(Ed25519.validatePublicKeyPartial(encoding, 0));
            point.ifPresent(p -> assertThat(p.encode()).isEqualTo(encoding));
            decoded += point.isPresent() ? 1 : 0;
        }
        assertThat(decoded).isBetween(150, 350);
    }

    @Test
    void nonCanonicalEncodingsAreRefused() {
        byte[] modulus = ScalarTest.littleEndian(BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19)), 32);
        byte[] onePlusModulus = modulus.clone();
        onePlusModulus[0] = (byte) (onePlusModulus[0] + 1);
        byte[] negativeZero = new byte[32];
        negativeZero[0] = 1;
        negativeZero[31] = (byte) 0x80;

        for (byte[] encoding : List.of(modulus, onePlusModulus, negativeZero, new byte[31], new byte[33])) {
            assertThat(Point.decode(encoding)).isEmpty();
        }
    }

    @Test
    void theOtherEndOfTheMontgomeryMapAndTheTwistAreRefused() {
        byte[] minusOne = ScalarTest.littleEndian(BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(20)), 32);
        int twist = 0;
        for (int i = 0; i < 200; i++) {
            twist += Point.fromMontgomery(entropy.bytes(32)).isEmpty() ? 1 : 0;
        }

        assertThat(Point.fromMontgomery(minusOne)).isEmpty();
        assertThat(twist).isBetween(50, 150);
    }

    @Test
    void sharesOfTheFrostVectorsComeOut() {
        JsonObject inputs = Vectors.json("frost", "frost-ed25519-sha512.json", JsonObject.class)
                .getAsJsonObject("inputs");
        Scalar secret = Scalar.decode(Vectors.hex(inputs, "group_secret_key")).orElseThrow();
        byte[] coefficient = Vectors.hex(
                inputs.getAsJsonArray("share_polynomial_coefficients").get(0).getAsString());
        Polynomial polynomial =
                Polynomial.of(List.of(secret, Scalar.decode(coefficient).orElseThrow()));

        Commitments commitments = polynomial.commit(entropy);

        assertThat(commitments.constant().encode()).isEqualTo(Vectors.hex(inputs, "group_public_key"));
        for (JsonElement element : inputs.getAsJsonArray("participant_shares")) {
            int index = element.getAsJsonObject().get("identifier").getAsInt();
            byte[] share = Vectors.hex(element.getAsJsonObject(), "participant_share");
            assertThat(polynomial.at(index).encode()).isEqualTo(share);
            assertThat(commitments.at(index)).isEqualTo(Point.baseTimes(polynomial.at(index), entropy));
        }
    }

    @Test
    void anyThresholdOfSharesInterpolates() {
        Scalar secret = Scalar.random(entropy);
        Polynomial polynomial = Polynomial.sharing(secret, 3, entropy);

        for (List<Integer> indices : List.of(List.of(1, 2, 3), List.of(2, 5, 7), List.of(1, 4, 9, 11))) {
            TreeSet<Integer> chosen = new TreeSet<>(indices);
            Scalar sum = Scalar.ZERO;
            for (int index : chosen) {
                sum = Scalar.multiplyAdd(Lagrange.atZero(index, chosen), polynomial.at(index), sum);
            }
            assertThat(sum).isEqualTo(secret);
        }
        TreeSet<Integer> two = new TreeSet<>(List.of(1, 2));
        Scalar tooFew = Lagrange.atZero(1, two)
                .times(polynomial.at(1))
                .plus(Lagrange.atZero(2, two).times(polynomial.at(2)));
        assertThat(tooFew).isNotEqualTo(secret);
        assertThat(Arrays.equals(tooFew.encode(), secret.encode())).isFalse();
    }
}
