package beacon.dht.libp2p;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/** What I/O threads tell the loop. */
final class LoopCalls {
    private LoopCalls() {}

    /**
     * Has the loop do something; nothing when it has ended: a client that closes does not wait for its connections to end,
     * and there is nobody left to hear of it.
     */
    static void tell(ExecutorService loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            if (!loop.isShutdown()) {
                throw e;
            }
        }
    }
}
