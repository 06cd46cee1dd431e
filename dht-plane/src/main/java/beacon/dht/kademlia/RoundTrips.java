package beacon.dht.kademlia;

import java.time.Duration;

/**
 * How long an answer may take: four deviations above the mean of those that came, within bounds. Until there were a few,
 * the upper bound. So a dead peer on the way costs a look-up little in a fast network, and slow networks work as well. When
 * nothing has come in time for a while the upper bound holds again: a network that has become slow would never be seen to
 * answer otherwise.
 */
final class RoundTrips {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final int ENOUGH = 5;
    private static final int LATE_IN_A_ROW = 10;
    private static final double WEIGHT = 0.1;

    private final Duration longest;
    private double meanMillis;
    private double deviationMillis;
    private int count;
    private int late;

    RoundTrips(Duration longest) {
        this.longest = longest;
    }

    /** An answer did not come in time. */
    void late() {
        late = Math.min(late + 1, LATE_IN_A_ROW);
    }

    void observe(Duration roundTrip) {
        late = 0;
        double millis = roundTrip.toMillis();
        if (count == 0) {
            meanMillis = millis;
            deviationMillis = millis / 2;
        } else {
            deviationMillis += WEIGHT * (Math.abs(millis - meanMillis) - deviationMillis);
            meanMillis += WEIGHT * (millis - meanMillis);
        }
        count = Math.min(count + 1, ENOUGH);
    }

    Duration timeout() {
        if (count < ENOUGH || late == LATE_IN_A_ROW) {
            return longest;
        }
        // A first request to a peer takes a dial, a handshake and a negotiation: some round trips more.
        Duration wanted = Duration.ofMillis((long) (4 * meanMillis + 4 * deviationMillis));
        return wanted.compareTo(SHORTEST) < 0 ? SHORTEST : wanted.compareTo(longest) > 0 ? longest : wanted;
    }
}
