package beacon.index.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.AwaitToRun;
import org.junit.jupiter.api.Test;

class RaftClosingTest {
    private final CountDownLatch closed = new CountDownLatch(1);

    /** A server that is closed by its own threads, and waits for them without a bound, as Ratis does. */
    private RaftServer server(Runnable close) {
        return (RaftServer) Proxy.newProxyInstance(
                RaftServer.class.getClassLoader(),
                new Class<?>[] {RaftServer.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getId" -> RaftPeerId.valueOf("m1");
                    case "close" -> {
                        Thread pool = new Thread(close, "m1-impl-thread1");
                        pool.setDaemon(true);
                        pool.start();
                        pool.join();
                        closed.countDown();
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void aServerThatWaitsForItselfIsClosed() throws InterruptedException {
        ReentrantLock log = new ReentrantLock();
        AtomicInteger evictions = new AtomicInteger();
        AwaitToRun eviction = new AwaitToRun("m1-cacheEviction", () -> {
            log.lock();
            try {
                evictions.incrementAndGet();
            } finally {
                log.unlock();
            }
        });
        eviction.start();

        // As SegmentedRaftLog.close does, and the end of a term at the same moment.
        RaftClosing.close(server(() -> {
            log.lock();
            try {
                while (!log.hasQueuedThreads()) {
                    eviction.signal();
                }
                eviction.close();
            } finally {
                log.unlock();
            }
        }));

        assertThat(closed.await(0, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aServerThatClosesIsLeftAlone() throws InterruptedException {
        boolean[] interrupted = new boolean[1];

        RaftClosing.close(server(() -> interrupted[0] = Thread.currentThread().isInterrupted()));

        assertThat(closed.await(0, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted[0]).isFalse();
    }
}
