package beacon.dht.kademlia;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RoundTripsTest {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final RoundTrips roundTrips = new RoundTrips(LONGEST);

    private void answers(int count, int millis) {
        for (int i = 0; i < count; i++) {
            roundTrips.observe(Duration.ofMillis(millis));
        }
    }

    @Test
    void waitsForASecondInAFastNetwork() {
        answers(20, 30);

        assertThat(roundTrips.timeout()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void waitsForLongWhenNothingComesInTimeAnyMore() {
        answers(20, 30);

        for (int i = 0; i < 10; i++) {
            roundTrips.late();
        }

        assertThat(roundTrips.timeout()).isEqualTo(LONGEST);
    }

    @Test
    void someDeadPeersAmongOthersDoNotMakeItWaitForLong() {
        for (int i = 0; i < 10; i++) {
            answers(5, 30);
            for (int dead = 0; dead < 9; dead++) {
                roundTrips.late();
            }
        }

        assertThat(roundTrips.timeout()).isEqualTo(Duration.ofSeconds(1));
    }
}
