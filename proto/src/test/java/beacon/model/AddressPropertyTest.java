package beacon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class AddressPropertyTest {
    @Property
    void readsBackWhatItPrints(@ForAll("addresses") Parts parts) {
        Address address = Address.parse(parts.text());

        assertThat(Address.parse(address.toString())).isEqualTo(address).hasToString(address.toString());
        assertThat(address).hasToString(parts.text());
        assertThat(List.of(address.agent(), address.role(), address.project(), address.task()))
                .isEqualTo(parts.names());
        assertThat(address.temporal()).isEqualTo(parts.temporal());
        assertThat(address.pathSegments()).isEqualTo(parts.segments());
        assertThat(address.path()).isEqualTo(String.join("/", parts.segments()));
    }

    @Property
    void hasOneKeyForAllMomentsOfAName(@ForAll("addresses") Parts parts) {
        Address address = Address.parse(parts.text());

        Address latest = address.withTemporal(Temporal.LATEST);

        assertThat(Address.ofKey(address.key())).isEqualTo(latest);
        assertThat(latest.key()).isEqualTo(address.key());
        assertThat(latest.isLatest()).isTrue();
        assertThat(Address.isCanonicalLatest(latest.toString())).isTrue();
        assertThat(Address.isCanonicalLatest(address.toString())).isEqualTo(address.isLatest());
        assertThat(latest.withTemporal(address.temporal())).isEqualTo(address);
        assertThat(latest.toString()).isEqualTo("ucxl://" + address.key().replaceFirst("(^[^/]*)", "$1/*^"));
    }

    @Property
    void readsEveryEncodingOfAPathAsTheSameAddress(@ForAll("addresses") Parts parts) {
        Address address = Address.parse(parts.text());

        String prefix = address.toString()
                .substring(0, address.toString().length() - address.path().length());
        StringBuilder encoded = new StringBuilder(prefix);
        for (int i = 0; i < address.path().length(); i++) {
            char c = address.path().charAt(i);
            if (c == '%') {
                encoded.append(address.path().substring(i, i + 3).toLowerCase(java.util.Locale.ROOT));
                i += 2;
            } else {
                encoded.append(c == '/' ? "/" : "%%%02x".formatted((int) c));
            }
        }

        assertThat(Address.parse(encoded.toString())).isEqualTo(address);
    }

    @Property(tries = 5000)
    void answersAnyTextWithAnAddressOrMalformedAddress(@ForAll("nearlyAddresses") String text) {
        Address address = parseOrNull(text);
        boolean canonicalLatest = Address.isCanonicalLatest(text);

        assertThat(canonicalLatest)
                .isEqualTo(address != null
                        && address.isLatest()
                        && address.toString().equals(text));
        if (address != null) {
            assertThat(Address.parse(address.toString())).isEqualTo(address);
        }
    }

    @Property(tries = 2000)
    void readsTheKeyOfAnyTextByTheSameRules(@ForAll("nearlyAddresses") String text) {
        String rest = text.startsWith("ucxl://") ? text.substring(7).replace("/*^", "") : text;
        String withTemporal = "ucxl://" + rest.replaceFirst("(^[^/]*)", "$1/*^");

        Address byKey;
        try {
            byKey = Address.ofKey(rest);
        } catch (MalformedAddress e) {
            byKey = null;
        }

        assertThat(byKey).isEqualTo(parseOrNull(withTemporal));
    }

    private static @Nullable Address parseOrNull(String text) {
        try {
            return Address.parse(text);
        } catch (MalformedAddress e) {
            assertThat(e.getMessage())
                    .startsWith("expected ")
                    .hasSizeLessThan(250)
                    .matches("\\p{Print}*");
            assertThat(e.position()).isBetween(0, text.length());
            return null;
        } catch (RuntimeException e) {
            return fail("found " + e + " for " + text, e);
        }
    }

    /** What an address is made of, canonical. */
    record Parts(List<String> names, Temporal temporal, List<String> segments) {
        String text() {
            String path = segments.isEmpty() ? "" : "/" + String.join("/", segments);
            return "ucxl://%s:%s@%s:%s/%s%s"
                    .formatted(names.get(0), names.get(1), names.get(2), names.get(3), temporal, path);
        }
    }

    @Provide
    Arbitrary<Parts> addresses() {
        Arbitrary<String> name = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .numeric()
                .withChars("._-")
                .ofMinLength(1)
                .ofMaxLength(64);
        Arbitrary<List<String>> segments = segment().list().ofMaxSize(5);
        return Combinators.combine(name.list().ofSize(4), temporals(), segments)
                .as(Parts::new)
                .filter(parts -> String.join("/", parts.segments()).length() <= Address.MAX_PATH_BYTES);
    }

    private static Arbitrary<String> segment() {
        Arbitrary<Integer> codePoints = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(8, Arbitraries.integers().between(0, 0x7f)),
                net.jqwik.api.Tuple.of(2, Arbitraries.integers().between(0x80, 0x10ffff)));
        return codePoints
                .filter(c -> c < 0xd800 || c > 0xdfff)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12)
                .map(AddressPropertyTest::encode)
                .filter(text -> !text.equals(".") && !text.equals(".."));
    }

    /** An encoder of its own, so that the parser's table is checked against another statement of it. */
    private static String encode(List<Integer> codePoints) {
        StringBuilder text = new StringBuilder();
        for (int c : codePoints) {
            String one = Character.toString(c);
            if (one.matches("[A-Za-z0-9._~!$&'()*+,;=:@-]")) {
                text.append(one);
            } else {
                for (byte b : one.getBytes(StandardCharsets.UTF_8)) {
                    text.append("%%%02X".formatted(b));
                }
            }
        }
        return text.toString();
    }

    private static Arbitrary<Temporal> temporals() {
        Arbitrary<Long> steps = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<Instant> instants = Combinators.combine(
                        Arbitraries.longs().between(-62_167_219_200L, 253_402_300_799L),
                        Arbitraries.integers().between(0, 999_999_999))
                .as(Instant::ofEpochSecond);
        return Arbitraries.oneOf(
                Arbitraries.of(Temporal.LATEST, Temporal.FIRST),
                Arbitraries.longs().greaterOrEqual(1).map(Temporal.Revision::new),
                steps.map(Temporal.Back::new),
                steps.map(Temporal.Forward::new),
                instants.map(Temporal.At::new));
    }

    /** Addresses with a few characters replaced, removed or inserted, so that every rule is nearly met and broken. */
    @Provide
    Arbitrary<String> nearlyAddresses() {
        Arbitrary<String> pieces = Arbitraries.oneOf(
                Arbitraries.of(
                        "/", "//", "%", "%2", "%2e", "%2E", "%C3", "%A9", "%ED%A0%80", ".", "..", "*^", "#", "@"),
                Arbitraries.of("*~", "*~0", "~~00", "^^9223372036854775808", "2026-02-30T00:00:00Z", "x".repeat(65)),
                Arbitraries.strings().ofMaxLength(3));
        Arbitrary<List<Edit>> edits = Combinators.combine(
                        Arbitraries.integers().between(0, 1 << 20),
                        Arbitraries.integers().between(0, 3),
                        pieces)
                .as(Edit::new)
                .list()
                .ofMaxSize(3);
        return Combinators.combine(addresses().map(Parts::text), edits).as((text, changes) -> {
            String edited = text;
            for (Edit edit : changes) {
                edited = edit.apply(edited);
            }
            return edited;
        });
    }

    record Edit(int where, int removed, String inserted) {
        String apply(String text) {
            int from = where % (text.length() + 1);
            int to = Math.min(text.length(), from + removed);
            return text.substring(0, from) + inserted + text.substring(to);
        }
    }
}
