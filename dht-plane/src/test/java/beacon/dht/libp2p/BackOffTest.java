package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.wire.Multiaddr;
import org.junit.jupiter.api.Test;

/** The wait after failed dials doubles up to a bound and ends with a success. */
class BackOffTest {
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");

    @Test
    void everyFailureDoublesTheWaitUpToABound() {
        BackOff backOff = new BackOff(10);
        long wait = 10;
        for (int failures = 1; failures < 20; failures++) {
            backOff.failed(ADDRESS, 0);
            assertThat(backOff.allows(ADDRESS, wait - 1)).isFalse();
            assertThat(backOff.allows(ADDRESS, wait)).isTrue();
            wait = Math.min(640, 2 * wait);
        }
    }

    @Test
    void aSuccessForgetsTheFailures() {
        BackOff backOff = new BackOff(10);
        backOff.failed(ADDRESS, 0);
        backOff.succeeded(ADDRESS);

        assertThat(backOff.allows(ADDRESS, 1)).isTrue();
    }
}
