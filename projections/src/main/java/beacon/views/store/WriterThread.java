package beacon.views.store;

import beacon.views.ViewException;
import beacon.views.ViewRunner;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A thread that writes what views changed while they go on. Close it before the store. */
public final class WriterThread implements ViewRunner.Writer, AutoCloseable {
    private static final long END_SECONDS = 30;

    private final ExecutorService thread;

    public WriterThread(String name) {
        thread = Executors.newSingleThreadExecutor(work -> {
            Thread made = new Thread(work, name);
            made.setDaemon(true);
            return made;
        });
    }

    @Override
    public Runnable begin(Runnable work) {
        CompletableFuture<Void> done = CompletableFuture.runAsync(work, thread);
        return () -> {
            try {
                done.join();
            } catch (CompletionException | CancellationException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        };
    }

    /**
     * Ends when what was begun is written.
     *
     * @throws ViewException if that takes too long; the store is then still in use
     */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new ViewException("expected the last commit of the projections to end, but it did not");
    }
}
