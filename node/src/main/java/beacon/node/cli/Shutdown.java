package beacon.node.cli;

import java.util.concurrent.CountDownLatch;

/** Stopping in order when the process is told to end. */
final class Shutdown {
    private Shutdown() {}

    /** Runs the action when the process gets SIGTERM or SIGINT, before it ends. */
    static void onSignal(Runnable stop, CountDownLatch stopped) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stop.run();
                            stopped.countDown();
                        },
                        "beacon-shutdown"));
    }

    static void await(CountDownLatch stopped) {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
