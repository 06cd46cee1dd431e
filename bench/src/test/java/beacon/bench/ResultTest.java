package beacon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTest {
    @Test
    void aRateIsBetterWhenItIsLarger() {
        Result.Baseline etcd = Result.Baseline.of("etcd", List.of(100.0, 300.0, 200.0));

        Result result = Result.against("x", Unit.EVENTS_PER_SECOND, List.of(900.0, 1_100.0, 1_000.0), etcd, 5.0);

        assertThat(result.value()).isEqualTo(1_000.0);
        assertThat(result.ratio()).isEqualTo(5.0);
        assertThat(result.met()).isTrue();
    }

    @Test
    void aLatencyIsBetterWhenItIsSmaller() {
        Result.Baseline etcd = Result.Baseline.of("etcd", List.of(1_000.0));

        Result result = Result.against("x", Unit.MICROSECONDS, List.of(1_500.0), etcd, 1 / 1.4);

        assertThat(result.ratio()).isEqualTo(1_000.0 / 1_500.0);
        assertThat(result.met()).isFalse();
    }

    @Test
    void withoutABaselineNothingIsClaimed() {
        Result result = Result.against("x", Unit.EVENTS_PER_SECOND, List.of(1.0), null, 5.0);

        assertThat(result.baseline()).isNull();
        assertThat(result.ratio()).isNull();
        assertThat(result.met()).isNull();
        assertThat(result.goal()).isEqualTo(5.0);
    }

    @Test
    void withoutAGoalTheRatioIsToldAndNotJudged() {
        Result.Baseline age = Result.Baseline.of("age", List.of(900.0));

        Result result = Result.against("x", Unit.MEGABYTES_PER_SECOND, List.of(450.0), age, null);

        assertThat(result.ratio()).isEqualTo(0.5);
        assertThat(result.goal()).isNull();
        assertThat(result.met()).isNull();
    }

    @Test
    void aLimitOfBytesIsMetFromBelowAndALimitOfARateFromAbove() {
        assertThat(Result.within("x", Unit.BYTES, List.of(200.0), 250).met()).isTrue();
        assertThat(Result.within("x", Unit.BYTES, List.of(251.0), 250).met()).isFalse();
        assertThat(Result.within("x", Unit.EVENTS_PER_SECOND, List.of(200.0), 250)
                        .met())
                .isFalse();
    }

    @Test
    void theMedianOfAnEvenNumberOfRunsLiesBetweenTheMiddleTwo() {
        assertThat(Medians.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(2.5);
        assertThat(Medians.of(new long[] {9, 1, 5, 77}, 3)).isEqualTo(5);
    }
}
