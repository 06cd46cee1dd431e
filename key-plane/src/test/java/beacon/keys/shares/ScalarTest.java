package beacon.keys.shares;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ScalarTest {
    static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    @Property(tries = 3000)
    void agreesWithBigIntegers(
            @ForAll("numbers") BigInteger a, @ForAll("numbers") BigInteger b, @ForAll("numbers") BigInteger c) {
        Scalar x = scalar(a);
        Scalar y = scalar(b);
        Scalar z = scalar(c);

        assertThat(number(Scalar.multiplyAdd(x, y, z)))
                .isEqualTo(a.multiply(b).add(c).mod(ORDER));
        assertThat(number(x.plus(y))).isEqualTo(a.add(b).mod(ORDER));
        assertThat(number(x.minus(y))).isEqualTo(a.subtract(b).mod(ORDER));
        assertThat(number(x.negate())).isEqualTo(a.negate().mod(ORDER));
        assertThat(Scalar.decode(x.encode())).contains(x);
    }

    @Property(tries = 200)
    void inverts(@ForAll("numbers") BigInteger a) {
        BigInteger reduced = a.mod(ORDER);

        Scalar inverse = scalar(a).invert();

        BigInteger expected = reduced.signum() == 0 ? BigInteger.ZERO : reduced.modInverse(ORDER);
        assertThat(number(inverse)).isEqualTo(expected);
        if (reduced.signum() != 0) {
            assertThat(scalar(a).invertPublic()).isEqualTo(inverse);
        }
    }

    @Test
    void refusesNumbersFromTheOrderOn() {
        for (BigInteger number : new BigInteger[] {
            ORDER,
            ORDER.add(BigInteger.ONE),
            ORDER.shiftLeft(1),
            BigInteger.TWO.pow(256).subtract(BigInteger.ONE)
        }) {
            assertThat(Scalar.decode(littleEndian(number, 32))).isEmpty();
        }
        assertThat(Scalar.decode(littleEndian(ORDER.subtract(BigInteger.ONE), 32)))
                .isPresent();
        assertThat(Scalar.decode(new byte[31])).isEmpty();
        assertThat(Scalar.decode(new byte[33])).isEmpty();
    }

    @Property(tries = 500)
    void blindingAddsAMultipleOfTheOrder(@ForAll("numbers") BigInteger a, @ForAll long seed) {
        byte[] blinded = scalar(a).blind(target -> new Random(seed).nextBytes(target));

        assertThat(bigInteger(blinded).mod(ORDER)).isEqualTo(a.mod(ORDER));
    }

    @Test
    void aWipedSecretIsZeroAndPrintsNothing() {
        Scalar secret = scalar(BigInteger.valueOf(77));

        secret.wipe();

        assertThat(secret.isZero()).isTrue();
        assertThat(secret).hasToString("Scalar[hidden]");
    }

    @Provide
    Arbitrary<BigInteger> numbers() {
        BigInteger max = BigInteger.TWO.pow(512).subtract(BigInteger.ONE);
        return Arbitraries.oneOf(
                Arbitraries.bigIntegers().between(BigInteger.ZERO, max),
                Arbitraries.of(ORDER, ORDER.subtract(BigInteger.ONE), ORDER.add(BigInteger.ONE), max));
    }

    static Scalar scalar(BigInteger number) {
        return Scalar.reduce(littleEndian(number, 64));
    }

    static BigInteger number(Scalar scalar) {
        return bigInteger(scalar.encode());
    }

    static BigInteger bigInteger(byte[] littleEndian) {
        byte[] bigEndian = littleEndian.clone();
        for (int i = 0; i < bigEndian.length / 2; i++) {
            byte swap = bigEndian[i];
            bigEndian[i] = bigEndian[bigEndian.length - 1 - i];
            bigEndian[bigEndian.length - 1 - i] = swap;
        }
        return new BigInteger(1, bigEndian);
    }

    static byte[] littleEndian(BigInteger number, int size) {
        byte[] bigEndian = number.toByteArray();
        byte[] bytes = new byte[size];
        for (int i = 0; i < bigEndian.length && i < size; i++) {
            bytes[i] = bigEndian[bigEndian.length - 1 - i];
        }
        return Arrays.copyOf(bytes, size);
    }
}
