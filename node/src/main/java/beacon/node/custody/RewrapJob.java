package beacon.node.custody;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.keys.Entropy;
import beacon.keys.client.WrapsOpener;
import beacon.keys.envelope.AgeException;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.opening.Rewrap;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import beacon.model.Reason;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.KeyState;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Moves every artifact from one organisation key to another, page by page, and then retires the old one. Keeps nothing
 * of its own: what is left to do is what the log lists under the old key, so a job that was killed is resumed by
 * starting another, and two at once only take turns, since each header is replaced only if it is still the one that was
 * read. Belongs to one thread.
 */
public final class RewrapJob {
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final long PAUSE_NANOS = SECOND_NANOS / 4;

    private final KeyLog log;
    private final WrapsOpener opener;
    private final Settings settings;
    private final Watcher watcher;
    private final Entropy entropy;
    private final TreeSet<String> unreadable = new TreeSet<>();
    private long startedNanos;
    private long done;
    private long outrun;
    private List<String> problems = List.of();

    /**
     * What to do.
     *
     * @param perSecond artifacts at most
     * @param patience how long to go on while nothing moves
     */
    public record Settings(KeyRecord from, KeyRecord to, int perSecond, Duration patience) {}

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

    public RewrapJob(KeyLog log, WrapsOpener opener, Settings settings, Watcher watcher, Entropy entropy) {
        this.log = log;
        this.opener = opener;
        this.settings = settings;
        this.watcher = watcher;
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
        while (true) {
            long before = done + outrun;
            if (attempt()) {
                return new Result(done, outrun, List.copyOf(unreadable));
            }
            if (done + outrun > before) {
                movedNanos = System.nanoTime();
            } else if (System.nanoTime() - movedNanos > settings.patience().toNanos()) {
                throw new Stuck("expected custodians and index to let the rewrap go on, but found no progress for "
                        + settings.patience().toSeconds() + " s; " + String.join("; ", problems));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** One pass over all headers; true at the end of the job. */
    private boolean attempt() {
        try {
            long left = pass();
            if (left > unreadable.size()) {
                return false;
            }
            if (!unreadable.isEmpty()) {
                return true;
            }
            tell(Step.EMPTIED, 0);
            retire();
            tell(Step.RETIRED, 0);
            return true;
        } catch (ClientException refused) {
            if (!passes(refused)) {
                throw refused;
            }
            problems = List.of(String.valueOf(refused.getMessage()));
            return false;
        }
    }

    /** Headers of the old key that the listing showed, whatever became of them; zero says that all are moved. */
    private long pass() {
        long found = 0;
        String token = "";
        do {
            KeyLog.Page page = log.headers(token);
            List<KeyLog.Placed> old = page.headers().stream()
                    .filter(placed -> placed.keyId().equals(settings.from().keyId()))
                    .toList();
            found += old.size();
            tell(Step.LISTED, found);
            List<KeyLog.Placed> open = old.stream()
                    .filter(placed -> !unreadable.contains(placed.manifest().toString()))
                    .toList();
            for (int at = 0; at < open.size(); at += WrapItem.MAX_ITEMS) {
                rewrap(open.subList(at, Math.min(open.size(), at + WrapItem.MAX_ITEMS)), found);
            }
            token = page.nextToken();
        } while (!token.isEmpty());
        return found;
    }

    /** One artifact on its way. */
    private record Work(KeyLog.Placed placed, long revision, Rewrap rewrap) {}

    private void rewrap(List<KeyLog.Placed> batch, long found) {
        List<Work> work = new ArrayList<>();
        for (KeyLog.Placed placed : batch) {
            read(placed).ifPresent(work::add);
        }
        tell(Step.READ, found);
        if (work.isEmpty()) {
            return;
        }
        WrapsOpener.Opened opened =
                opener.open(work.stream().map(each -> each.rewrap().item()).toList());
        tell(Step.OPENED, found);
        problems = opened.problems();
        long before = done;
        replace(work, opened.fileKeys());
        tell(Step.REPLACED, found);
        keepRate(done - before);
    }

    private Optional<Work> read(KeyLog.Placed placed) {
        try {
            Optional<KeyLog.Found> found = log.header(placed.manifest());
            if (found.isEmpty() || !found.get().keyId().equals(settings.from().keyId())) {
                outrun++;
                return Optional.empty();
            }
            Optional<Rewrap> rewrap =
                    Rewrap.of(found.get().header(), settings.from().keyId());
            if (rewrap.isEmpty()) {
                unreadable.add(placed.manifest().toString());
            }
            return rewrap.map(each -> new Work(placed, found.get().revision(), each));
        } catch (AgeException malformed) {
            unreadable.add(placed.manifest().toString());
            return Optional.empty();
        }
    }

    private void replace(List<Work> work, List<Optional<FileKey>> fileKeys) {
        List<CompletableFuture<Accepted>> appends = new ArrayList<>();
        for (int i = 0; i < work.size(); i++) {
            if (fileKeys.get(i).isPresent()) {
                try (FileKey fileKey = fileKeys.get(i).get()) {
                    Header header = work.get(i).rewrap().to(settings.to(), fileKey, entropy);
                    appends.add(log.setHeader(
                            work.get(i).placed().manifest(),
                            settings.to().keyId(),
                            header,
                            work.get(i).revision()));
                } catch (AgeException.BadMac another) {
                    unreadable.add(work.get(i).placed().manifest().toString());
                }
            }
        }
        for (CompletableFuture<Accepted> append : appends) {
            settle(append);
        }
    }

    private void settle(CompletableFuture<Accepted> append) {
        try {
            BeaconClient.await(append);
            done++;
        } catch (ClientException refused) {
            if (refused.refusal().reason() == Reason.STALE_REVISION) {
                // Somebody was faster. The next pass sees what he did.
                outrun++;
            } else if (!passes(refused)) {
                throw refused;
            }
        }
    }

    /** Whether trying again may help: the index is between leaders or busy, or nobody knows what became of an append. */
    private static boolean passes(ClientException refused) {
        return switch (refused.refusal().reason()) {
            case NOT_LEADER, NO_LEADER, STOPPING, CATCHING_UP, OUTCOME_UNKNOWN, TOO_BUSY, TOO_MANY_STREAMS -> true;
            default -> false;
        };
    }

    private void retire() {
        ByteString old = settings.from().keyId();
        try {
            log.retire(old, "rewrapped");
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

    private void keepRate(long moved) {
        long due = startedNanos + done * SECOND_NANOS / settings.perSecond();
        if (moved > 0 && due - System.nanoTime() > 0) {
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private void tell(Step step, long found) {
        watcher.at(new Progress(step, done, outrun, found));
    }
}
