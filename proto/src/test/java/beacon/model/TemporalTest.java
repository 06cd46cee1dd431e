package beacon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TemporalTest {
    private static final Temporal.Cases<String> NAMES = new Temporal.Cases<>() {
        @Override
        public String latest() {
            return "latest";
        }

        @Override
        public String first() {
            return "first";
        }

        @Override
        public String revision(long number) {
            return "revision " + number;
        }

        @Override
        public String back(long steps) {
            return "back " + steps;
        }

        @Override
        public String forward(long steps) {
            return "forward " + steps;
        }

        @Override
        public String at(Instant instant) {
            return "at " + instant;
        }
    };

    @Test
    void matchesItsKind() {
        assertThat(match("*^")).isEqualTo("latest");
        assertThat(match("#")).isEqualTo("latest");
        assertThat(match("*~")).isEqualTo("first");
        assertThat(match("*~3")).isEqualTo("revision 3");
        assertThat(match("~~4")).isEqualTo("back 4");
        assertThat(match("^^5")).isEqualTo("forward 5");
        assertThat(match("2026-03-31T12:00:00Z")).isEqualTo("at 2026-03-31T12:00:00Z");
    }

    @Test
    void hasZeroStepsButNoRevisionZero() {
        assertThat(match("~~0")).isEqualTo("back 0");
        assertThat(match("^^0")).isEqualTo("forward 0");
        assertThatThrownBy(() -> match("*~0"))
                .isInstanceOf(MalformedAddress.class)
                .hasMessage("expected a revision from 1, but found 0 at position 17");
        assertThatThrownBy(() -> new Temporal.Revision(0)).hasMessage("expected a revision from 1, but found 0");
    }

    @Test
    void cannotBeMadeUnprintable() {
        assertThatThrownBy(() -> new Temporal.Back(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Temporal.Forward(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Temporal.At(Instant.MAX)).isInstanceOf(DateTimeException.class);
        assertThatThrownBy(() -> new Temporal.At(Instant.MIN)).isInstanceOf(DateTimeException.class);
    }

    private static String match(String temporal) {
        return Address.parse("ucxl://a:b@c:d/" + temporal + "/x").temporal().match(NAMES);
    }
}
