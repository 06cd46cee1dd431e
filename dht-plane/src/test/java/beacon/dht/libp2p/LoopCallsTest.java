package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopCallsTest {
    @Test
    void aLoopThatHasEndedHearsNothingAndNobodyIsBothered() {
        ExecutorService loop = Executors.newSingleThreadExecutor();
        CompletableFuture<Void> heard = new CompletableFuture<>();
        LoopCalls.tell(loop, () -> heard.complete(null));
        heard.orTimeout(60, TimeUnit.SECONDS).join();
        loop.shutdownNow();
        CompletableFuture<Void> late = new CompletableFuture<>();

        LoopCalls.tell(loop, () -> late.complete(null));

        assertThat(late).isNotDone();
    }

    @Test
    void aLoopThatRunsAndRefusesIsAMistakeThatShows() {
        try (Full loop = new Full()) {
            assertThatThrownBy(() -> LoopCalls.tell(loop.pool, () -> {}))
                    .isInstanceOf(RejectedExecutionException.class);
        }
    }

    /** Takes nothing more. */
    private static final class Full implements AutoCloseable {
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final ThreadPoolExecutor pool =
                new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>());

        Full() {
            pool.execute(end::join);
        }

        @Override
        public void close() {
            end.complete(null);
            pool.shutdown();
        }
    }
}
