package beacon.node.custody;

import beacon.index.client.ClientException;
import beacon.keys.Entropy;
import beacon.keys.client.WrapsOpener;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import beacon.model.Reason;
import beacon.proto.v1.KeyState;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Moves every artifact from one organisation key to another, page by page, and then retires the old one. Keeps nothing
 * of its own: what is left to do is what the log lists under the old key, so a job that was killed is resumed by
 * starting another, and two at once only take turns, since each header is replaced only if it is still the one that was
 * read. Belongs to one thread.
 */
public final class RewrapJob {
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final long PAUSE_NANOS = SECOND_NANOS / 4;
    /** Batches on their way at once: while custodians work on one, another is read or set. */
    private static final int LANES = 4;

    private final KeyLog log;
    private final Function<KeyRecord, WrapsOpener> openers;
    private final Settings settings;
    private final RewrapTally tally;
    private final Entropy entropy;
    private long startedNanos;
    private long taken;

    /**
     * What to do.
     *
     * @param from key that goes, in any epoch: what the log has of later ones is looked up
     * @param to key that comes, as well
     * @param perSecond artifacts at most
     * @param patience how long to go on while nothing moves
     * @param retires whether the old key is retired at the end; a drop-box key that is emptied stays
     */
    public record Settings(KeyRecord from, KeyRecord to, int perSecond, Duration patience, boolean retires) {}

    /** What was just done. */
    public enum Step {
        LISTED,
        READ,
        OPENED,
        REPLACED,
        EMPTIED,
        RETIRED
    }

    /**
     * How far it is.
     *
     * @param done artifacts that this job moved
     * @param outrun artifacts whose header was another one by the time the new one came
     * @param found artifacts under the old key in the listing so far
     */
    public record Progress(Step step, long done, long outrun, long found) {}

    /** Hears of each step. */
    public interface Watcher {
        void at(Progress progress);
    }

    /**
     * What came of it.
     *
     * @param unreadable artifacts whose header is not what it should be; the old key stays for them
     */
    public record Result(long done, long outrun, List<String> unreadable) {
        public Result {
            unreadable = List.copyOf(unreadable);
        }
    }

    /** It did not come to an end; what is done stays done. */
    public static final class Stuck extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stuck(String message) {
            super(message);
        }
    }

    /**
     * A job.
     *
     * @param openers asks the holders of a record
     * @param watcher hears of steps one after the other, from several threads
     */
    public RewrapJob(
            KeyLog log, Function<KeyRecord, WrapsOpener> openers, Settings settings, Watcher watcher, Entropy entropy) {
        this.log = log;
        this.openers = openers;
        this.settings = settings;
        this.tally = new RewrapTally(watcher);
        this.entropy = entropy;
    }

    /**
     * Runs until no header is of the old key and the old key is retired, or only unreadable ones are left.
     *
     * @throws Stuck when nothing moved for as long as the patience lasts
     * @throws ClientException when the log refuses for good
     */
    public Result run() {
        startedNanos = System.nanoTime();
        long movedNanos = startedNanos;
        ExecutorService lanes = Executors.newFixedThreadPool(LANES, task -> {
            Thread thread = new Thread(task, "rewrap");
            thread.setDaemon(true);
            return thread;
        });
        try {
            while (true) {
                long before = tally.moved();
                if (attempt(lanes)) {
                    return tally.result();
                }
                if (tally.moved() > before) {
                    movedNanos = System.nanoTime();
                } else if (System.nanoTime() - movedNanos > settings.patience().toNanos()) {
                    throw new Stuck("expected custodians and index to let the rewrap go on, but found no progress for "
                            + settings.patience().toSeconds() + " s; " + tally.problems());
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } finally {
            lanes.shutdownNow();
        }
    }

    /** One pass over all headers; true at the end of the job. */
    private boolean attempt(ExecutorService lanes) {
        try {
            long left = pass(lanes);
            int unreadable = tally.result().unreadable().size();
            if (left > unreadable) {
                return false;
            }
            if (unreadable > 0) {
                return true;
            }
            tally.at(Step.EMPTIED);
            if (settings.retires()) {
                retire();
                tally.at(Step.RETIRED);
            }
            return true;
        } catch (ClientException refused) {
            if (!passes(refused)) {
                throw refused;
            }
            tally.problems(List.of(String.valueOf(refused.getMessage())));
            return false;
        }
    }

    /** Headers of the old key that the listing showed, whatever became of them; zero says that all are moved. */
    private long pass(ExecutorService lanes) {
        KeyRecord from = log.newest(settings.from());
        RewrapLane lane = new RewrapLane(log, openers.apply(from), from, log.newest(settings.to()), tally, entropy);
        Queue<Future<?>> running = new ArrayDeque<>();
        long found = 0;
        String token = "";
        do {
            KeyLog.Page page = log.headers(token);
            List<KeyLog.Placed> old = page.headers().stream()
                    .filter(placed -> placed.keyId().equals(from.keyId()))
                    .toList();
            found += old.size();
            tally.found(found);
            tally.at(Step.LISTED);
            List<KeyLog.Placed> open = old.stream()
                    .filter(placed -> !tally.isUnreadable(placed.manifest()))
                    .toList();
            for (int at = 0; at < open.size(); at += WrapItem.MAX_ITEMS) {
                List<KeyLog.Placed> batch = open.subList(at, Math.min(open.size(), at + WrapItem.MAX_ITEMS));
                keepRate(batch.size());
                running.add(lanes.submit(() -> lane.rewrap(batch)));
                if (running.size() >= LANES) {
                    join(running.remove());
                }
            }
            token = page.nextToken();
        } while (!token.isEmpty());
        running.forEach(RewrapJob::join);
        tally.throwRefusal();
        return found;
    }

    private static void join(Future<?> lane) {
        try {
            lane.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("expected a batch to end, but it failed", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Stuck("interrupted");
        }
    }

    /** Whether trying again may help: the index is between leaders or busy, or nobody knows what became of an append. */
    static boolean passes(ClientException refused) {
        return switch (refused.refusal().reason()) {
            case NOT_LEADER, NO_LEADER, STOPPING, CATCHING_UP, OUTCOME_UNKNOWN, TOO_BUSY, TOO_MANY_STREAMS -> true;
            default -> false;
        };
    }

    private void retire() {
        ByteString old = settings.from().keyId();
        try {
            log.change(old, KeyState.KEY_STATE_RETIRED, "rewrapped");
        } catch (ClientException refused) {
            boolean retired = refused.refusal().reason() == Reason.KEY_STATE_FORBIDS
                    && log.lastChange(old)
                            .filter(KeyState.KEY_STATE_RETIRED::equals)
                            .isPresent();
            if (!retired) {
                throw refused;
            }
        }
    }

    /** Waits until so many more artifacts may be taken up. */
    private void keepRate(int more) {
        long due = startedNanos + taken * SECOND_NANOS / settings.perSecond();
        taken += more;
        while (due - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }
}
