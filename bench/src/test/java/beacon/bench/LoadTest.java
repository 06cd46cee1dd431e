package beacon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoadTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    @Test
    void keepsTheNumberInFlightAndNoMore() {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ScheduledExecutorService server = Executors.newSingleThreadScheduledExecutor();
        try {
            double perSecond = Load.perSecond(
                    number -> {
                        most.accumulateAndGet(open.incrementAndGet(), Math::max);
                        CompletableFuture<Object> call = new CompletableFuture<>();
                        Future<?> unused = server.schedule(
                                () -> {
                                    open.decrementAndGet();
                                    call.complete("done");
                                },
                                1,
                                TimeUnit.MILLISECONDS);
                        return call;
                    },
                    10,
                    SHORT);

            assertThat(most).hasValue(10);
            assertThat(open).hasValue(0);
            assertThat(perSecond).isPositive();
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void aFailedCallFailsTheRun() {
        assertThatThrownBy(() -> Load.perSecond(
                        number -> number == 3
                                ? CompletableFuture.failedFuture(new IllegalStateException("refused"))
                                : CompletableFuture.completedFuture("done"),
                        2,
                        SHORT))
                .isInstanceOf(BenchException.class)
                .hasRootCauseMessage("refused");
    }

    @Test
    void aFailedCallFailsALatencyRun() {
        assertThatThrownBy(() -> Load.medianMicros(
                        number -> CompletableFuture.failedFuture(
                                new CompletionException(new IllegalStateException("refused"))),
                        SHORT))
                .isInstanceOf(BenchException.class)
                .hasRootCauseMessage("refused");
    }

    @Test
    void aLatencyIsThatOfOneCallAtATime() {
        AtomicInteger open = new AtomicInteger();

        double micros = Load.medianMicros(
                number -> {
                    assertThat(open.incrementAndGet()).isEqualTo(1);
                    open.decrementAndGet();
                    return CompletableFuture.completedFuture("done");
                },
                SHORT);

        assertThat(micros).isPositive();
    }
}
