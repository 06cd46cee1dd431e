package beacon.index.ratis;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.AwaitToRun;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a Raft server in bounded time. Ratis 3.3 can wait for itself forever: whoever closes the log holds its lock and
 * waits for the thread that evicts entries, and that thread waits for the lock when it was told to evict just before, as it
 * is when a term ends (docs/adr/0007). An interrupt makes the one who closes go on.
 */
final class RaftClosing {
    private static final Logger LOG = LoggerFactory.getLogger(RaftClosing.class);
    private static final long LOOK_MILLIS = 2_000;
    private static final int LOOKS = 15;

    private RaftClosing() {}

    /** Closes; returns when that is done, or after half a minute. */
    static void close(RaftServer server) {
        String name = server.getId().toString();
        Thread closer = new Thread(
                () -> {
                    try {
                        server.close();
                    } catch (IOException | RuntimeException e) {
                        LOG.warn("raft_server_close_failed cause=\"{}\"", e.toString());
                    }
                },
                "beacon-" + name + "-close");
        closer.setDaemon(true);
        closer.start();
        try {
            for (int look = 0; look < LOOKS && closer.isAlive(); look++) {
                closer.join(LOOK_MILLIS);
                if (closer.isAlive()) {
                    interruptWhoWaitsForEviction(name);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closer.isAlive()) {
            LOG.warn("raft_server_close_did_not_end seconds={}", TimeUnit.MILLISECONDS.toSeconds(LOOKS * LOOK_MILLIS));
        }
    }

    private static void interruptWhoWaitsForEviction(String member) {
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            boolean closesLog = Arrays.stream(stack)
                    .anyMatch(frame -> frame.getClassName().equals(AwaitToRun.class.getName())
                            && frame.getMethodName().equals("close"));
            if (closesLog && thread.getName().startsWith(member + "-")) {
                LOG.info("raft_log_close_waited_for_itself thread={}", thread.getName());
                thread.interrupt();
            }
        });
    }
}
