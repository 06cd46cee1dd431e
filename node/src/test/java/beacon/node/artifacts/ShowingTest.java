package beacon.node.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.bitswap.ExchangeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ShowingTest {
    private static final CompletableFuture<?> BYTES = CompletableFuture.completedFuture("bytes");
    private static final CompletableFuture<?> NOT_FOUND =
            CompletableFuture.failedFuture(new ExchangeException(ExchangeException.Kind.NOT_FOUND, "not there"));
    private static final CompletableFuture<?> SILENCE =
            CompletableFuture.failedFuture(new IllegalStateException("late"));
    private static final CompletableFuture<Duration> ALIVE = CompletableFuture.completedFuture(Duration.ofMillis(1));
    private static final CompletableFuture<Duration> DEAD =
            CompletableFuture.failedFuture(new IllegalStateException("dead"));

    private static CompletableFuture<Boolean> shows(CompletableFuture<Duration> ping, CompletableFuture<?>... answers) {
        Deque<CompletableFuture<?>> left = new ArrayDeque<>(List.of(answers));
        return Showing.of(left::remove, () -> ping);
    }

    @Test
    void whoGivesTheBytesHasThem() {
        assertThat(shows(DEAD, BYTES)).isCompletedWithValue(true);
    }

    @Test
    void whoSaysTwiceThatItHasNotHasNot() {
        assertThat(shows(ALIVE, NOT_FOUND, NOT_FOUND)).isCompletedWithValue(false);
    }

    /** The node was paused, its connection given up; it answers again on another one. */
    @Test
    void aConnectionThatBrokeIsNoAnswer() {
        assertThat(shows(ALIVE, NOT_FOUND, BYTES)).isCompletedWithValue(true);
        assertThat(shows(ALIVE, NOT_FOUND, SILENCE)).isCompletedExceptionally();
    }

    @Test
    void whoDoesNotAnswerHasSaidNothing() {
        assertThat(shows(DEAD, NOT_FOUND)).isCompletedExceptionally();
        assertThat(shows(ALIVE, SILENCE)).isCompletedExceptionally();
    }
}
