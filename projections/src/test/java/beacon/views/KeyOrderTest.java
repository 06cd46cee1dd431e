package beacon.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The order is that of the comparison of bytes, whatever keys have in common. */
class KeyOrderTest {
    /** Few different bytes, zero and the largest among them, so that keys begin alike, end early and repeat. */
    @Provide
    Arbitrary<List<byte[]>> keys() {
        Arbitrary<byte[]> key = Arbitraries.bytes()
                .between((byte) -1, (byte) 1)
                .array(byte[].class)
                .ofMaxSize(24);
        Arbitrary<byte[]> alike = key.map(end -> Keys.of(new byte[] {'n', 0, 34, 18, 32, 7, 0, -1}, end));
        return Arbitraries.oneOf(key, alike).list().ofMaxSize(200);
    }

    @Property(tries = 400)
    void sortsAsAComparisonDoes(@ForAll("keys") List<byte[]> keys) {
        byte[][] given = keys.toArray(new byte[0][]);

        int[] places = new KeyOrder(Arrays.copyOf(given, given.length + 3), given.length).places();

        assertThat(Arrays.stream(places).sorted())
                .containsExactlyElementsOf(
                        IntStream.range(0, given.length).boxed().toList());
        assertThat(Arrays.stream(places).mapToObj(place -> Arrays.toString(given[place])))
                .containsExactlyElementsOf(keys.stream()
                        .sorted(Arrays::compareUnsigned)
                        .map(Arrays::toString)
                        .toList());
    }
}
