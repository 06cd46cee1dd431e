package beacon.dht.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KernelTest {
    @Property(tries = 300)
    void allKernelsGiveTheBytesOfTheDefinition(
            @ForAll @IntRange(min = 1, max = 30) int inputs,
            @ForAll @IntRange(min = 1, max = 9) int outputs,
            @ForAll @IntRange(min = 0, max = 9000) int length,
            @ForAll @IntRange(min = 0, max = 70) int from,
            @ForAll long seed) {
        Random random = new Random(seed);
        GfMatrix matrix = new GfMatrix(outputs, inputs);
        for (int row = 0; row < outputs; row++) {
            for (int column = 0; column < inputs; column++) {
                // Zeros, ones and powers of two take ways of their own.
                int pick = random.nextInt(4);
                matrix.set(row, column, pick == 0 ? 0 : pick == 1 ? 1 << random.nextInt(8) : random.nextInt(256));
            }
        }
        byte[][] in = new byte[inputs][from + length + 3];
        for (byte[] shard : in) {
            random.nextBytes(shard);
        }
        byte[][] expected = new byte[outputs][from + length + 3];
        ScalarTail.apply(matrix, in, expected, from, from + length);

        for (Kernel kernel : Kernels.all()) {
            byte[][] out = new byte[outputs][from + length + 3];
            kernel.prepare(matrix).apply(in, out, from, from + length);
            assertThat(out).as(kernel.name()).isDeepEqualTo(expected);
        }
    }

    @Test
    void multipliesAsTheDefinitionSays() {
        for (int a = 0; a < 256; a++) {
            for (int b = 0; b < 256; b++) {
                assertThat(Gf256.multiply(a, b)).isEqualTo(ReedSolomonTest.slowMultiply(a, b));
            }
        }
    }

    @Test
    void everyElementTimesItsInverseIsOne() {
        for (int a = 1; a < 256; a++) {
            assertThat(Gf256.multiply(a, Gf256.invert(a))).isEqualTo(1);
        }
    }

    @Test
    void takesTheVectorApiWhereTheRuntimeOffersIt() {
        boolean offered = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

        assertThat(offered).as("the build starts tests with the module").isTrue();
        assertThat(Kernels.best().name()).startsWith("vector-");
        assertThat(Kernels.all()).extracting(Kernel::name).last().isEqualTo("plain");
    }
}
