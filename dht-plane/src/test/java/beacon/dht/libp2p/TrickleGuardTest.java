package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One message that does not end is noticed; a busy connection is not. */
class TrickleGuardTest {
    @Test
    void aBusyConnectionIsNoTrickleThoughAlwaysHalfway() {
        TrickleGuard guard = new TrickleGuard(100);

        for (int i = 1; i < 50; i++) {
            assertThat(guard.isTrickle(i, i * 90L)).isFalse();
        }
    }

    @Test
    void oneUnfinishedMessageIsATrickleAfterTheTime() {
        TrickleGuard guard = new TrickleGuard(100);

        assertThat(guard.isTrickle(7, 1000)).isFalse();
        assertThat(guard.isTrickle(7, 1100)).isFalse();
        assertThat(guard.isTrickle(7, 1101)).isTrue();
    }

    @Test
    void nothingUnfinishedIsNoTrickle() {
        TrickleGuard guard = new TrickleGuard(100);

        assertThat(guard.isTrickle(0, 0)).isFalse();
        assertThat(guard.isTrickle(0, 1000)).isFalse();
    }
}
