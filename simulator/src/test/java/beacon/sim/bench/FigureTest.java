package beacon.sim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void aRatioAboveOneIsBetterThanTheLimitWhicheverWayIsBetter() {
        Figure speed = new Figure("speed", "x", List.of(9.0, 1.0, 5.0, 7.0), 3, true);
        Figure heap = new Figure("heap", "B", List.of(8.0), 4, false);

        assertThat(speed.value()).isCloseTo(6, Offset.offset(1e-12));
        assertThat(speed.ratio()).isCloseTo(2, Offset.offset(1e-12));
        assertThat(heap.ratio()).isCloseTo(0.5, Offset.offset(1e-12));
    }

    @Test
    void anotherProcessDoesTheSame() {
        List<Figure> figures = new SameTraces().run(1, true, line -> {});

        assertThat(figures).singleElement().satisfies(figure -> {
            assertThat(figure.name()).isEqualTo("trace_identical");
            assertThat(figure.ratio()).isCloseTo(1, Offset.offset(1e-12));
        });
    }
}
