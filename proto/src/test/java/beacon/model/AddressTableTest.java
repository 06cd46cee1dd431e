package beacon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Accepted and refused inputs; the tables are the specification in examples. */
class AddressTableTest {
    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "accepted-addresses.csv", delimiter = '|', numLinesToSkip = 1, maxCharsPerColumn = 9000)
    void accepts(String input, String canonical) {
        Address address = Address.parse(expand(input));

        String expected = canonical.equals("same") ? expand(input) : expand(canonical);
        assertThat(address).hasToString(expected);
        assertThat(Address.parse(expected)).isEqualTo(address).hasSameHashCodeAs(address);
        assertThat(Address.isCanonicalLatest(expand(input)))
                .isEqualTo(address.isLatest() && expected.equals(expand(input)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "refused-addresses.csv", delimiter = '|', numLinesToSkip = 1, maxCharsPerColumn = 9000)
    void refuses(String input, int position, String message) {
        String text = expand(input == null ? "" : input);

        assertThatThrownBy(() -> Address.parse(text))
                .isInstanceOfSatisfying(
                        MalformedAddress.class, e -> assertThat(e.position()).isEqualTo(position))
                .hasMessageStartingWith("expected ")
                .hasMessageContaining(message)
                .hasMessageEndingWith(" at position " + position);
        assertThat(Address.isCanonicalLatest(text)).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ucxl://any:any@demo:start/*^/a/b | any:any@demo:start/a/b",
                "ucxl://any:any@demo:start/*^/    | any:any@demo:start/",
                "ucxl://any:any@demo:start/*^     | any:any@demo:start/",
                "ucxl://any:any@demo:start/*      | any:any@demo:start/",
                "ucxl://any:any@demo:start/       | any:any@demo:start/",
                "ucxl://any:any@de                | any:any@de",
                "any:any@demo:start/*^/a          | any:any@demo:start/a",
                "any:any@demo:start/a             | any:any@demo:start/a",
                "any                              | any",
            })
    void beginningsOfAddressesAreBeginningsOfKeys(String text, String prefix) {
        assertThat(Address.keyPrefix(text)).isEqualTo(prefix);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"ucxl://any:any@demo:start/~~1/a", "ucxl://any:any@demo:start/a", "ucxl://a:b@c:d/*~3"})
    void beginningsAtAnotherMomentAreRefused(String text) {
        assertThatThrownBy(() -> Address.keyPrefix(text))
                .isInstanceOf(MalformedAddress.class)
                .hasMessageStartingWith("expected \"*^\"");
    }

    /** {@code x{64}} becomes 64 times the character before; U+XXXX in braces becomes that character. */
    private static String expand(String text) {
        StringBuilder expanded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            int close = text.charAt(i) == '{' ? text.indexOf('}', i) : -1;
            if (close < 0) {
                expanded.append(text.charAt(i));
                continue;
            }
            String inside = text.substring(i + 1, close);
            if (inside.startsWith("U+")) {
                expanded.append((char) Integer.parseInt(inside.substring(2), 16));
            } else {
                char last = expanded.charAt(expanded.length() - 1);
                expanded.append(String.valueOf(last).repeat(Integer.parseInt(inside) - 1));
            }
            i = close;
        }
        return expanded.toString();
    }
}
