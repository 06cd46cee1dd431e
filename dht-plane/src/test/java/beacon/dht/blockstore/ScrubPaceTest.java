package beacon.dht.blockstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ScrubPaceTest {
    private static final Instant START = Instant.EPOCH;

    @Test
    void grantsTheRateAndNoMoreThanTheBurst() {
        ScrubPace pace = ScrubPace.start(1000, 5000, START);

        assertThat(pace.granted()).isZero();
        assertThat(pace.at(START.plusSeconds(2)).granted()).isEqualTo(2000);
        assertThat(pace.at(START.plusSeconds(3600)).granted()).isEqualTo(5000);
    }

    @Test
    void aStepThatReadTooMuchIsMadeUpFor() {
        ScrubPace pace =
                ScrubPace.start(1000, 5000, START).at(START.plusSeconds(1)).spent(4000);

        assertThat(pace.granted()).isZero();
        assertThat(pace.untilGrant().toMillis()).isBetween(3000L, 3010L);
        assertThat(pace.at(START.plusSeconds(4)).granted()).isZero();
        assertThat(pace.at(START.plusSeconds(5)).granted()).isEqualTo(1000);
    }

    @Test
    void keepsToTheRateOverManySmallSteps() {
        ScrubPace pace = ScrubPace.start(1_000_000, 1 << 20, START);
        long read = 0;
        for (int second = 1; second <= 1000; second++) {
            pace = pace.at(START.plusSeconds(second));
            if (pace.granted() > 0) {
                read += 3 << 20;
                pace = pace.spent(3 << 20);
            }
        }

        assertThat(read).isBetween(995_000_000L, 1_005_000_000L);
    }

    @Test
    void aClockThatGoesBackGrantsNothing() {
        ScrubPace pace = ScrubPace.start(1000, 5000, START).at(START.plusSeconds(1));

        assertThat(pace.at(START)).isEqualTo(pace);
    }
}
