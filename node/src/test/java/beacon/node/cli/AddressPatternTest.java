package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.model.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPatternTest {
    private static final Address PLAN = Address.parse("ucxl://planner:writer@demo:start/*^/plans/2026/first%20draft");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "any:any@any:any",
                "*:*@*:*/*",
                "planner",
                "plan*",
                "any:writer",
                "any:any@demo",
                "any:any@demo:start/plans*",
                "any:any@any:any/plans/2026/*",
                "planner:writer@demo:start/plans/2026/%66irst%20draft",
                "ucxl://any:any@demo:start/*^/plans/2026/first%20draft",
                "ucxl://any:any@demo:start/*^",
                "any:any@demo:s*/"
            })
    void means(String pattern) {
        assertThat(AddressPattern.parse(pattern).matches(PLAN)).isTrue();
        assertThat(PLAN.key()).startsWith(AddressPattern.parse(pattern).keyPrefix());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plan",
                "planners",
                "any:reader",
                "any:any@demos",
                "any:any@any:start/plans",
                "any:any@any:any/plans/2027*",
                "any:any@any:started*"
            })
    void doesNotMean(String pattern) {
        assertThat(AddressPattern.parse(pattern).matches(PLAN)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "planner:writer@demo:start/plans*, planner:writer@demo:start/plans",
        "planner:writer@demo:start, planner:writer@demo:start",
        "planner:wri*@demo:start, planner:wri",
        "planner:any@demo:start, planner:",
        "planner, planner:",
        "any:writer, ''"
    })
    void whatStandsBeforeTheFirstStarIsLookedUp(String pattern, String prefix) {
        assertThat(AddressPattern.parse(pattern).keyPrefix()).isEqualTo(prefix);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a:b@c:d:e", "a*b:any", "a@b:c", "ü"})
    void whatIsNoPatternIsRefused(String pattern) {
        assertThatThrownBy(() -> AddressPattern.parse(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void namesOfTheClusterItselfAreKnown() {
        assertThat(AddressPattern.isInternal(Address.parse("ucxl://steward:pin@any:any/*^/bafy")))
                .isTrue();
        assertThat(AddressPattern.isInternal(Address.parse("ucxl://custody:header@any:any/*^/bafy")))
                .isTrue();
        assertThat(AddressPattern.isInternal(PLAN)).isFalse();
        assertThat(AddressPattern.parse("steward").asksForAgent()).isTrue();
        assertThat(AddressPattern.parse("any:pin").asksForAgent()).isFalse();
    }
}
