package beacon.node.custody;

import beacon.index.client.ClientException;
import beacon.model.Cid;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How far a rewrap is, as its lanes report it. Safe for many threads; the watcher hears of one step after the other. */
final class RewrapTally {
    private final RewrapJob.Watcher watcher;
    private final TreeSet<String> unreadable = new TreeSet<>();
    private long done;
    private long outrun;
    private long found;
    private List<String> problems = List.of();
    private @Nullable ClientException refusal;

    RewrapTally(RewrapJob.Watcher watcher) {
        this.watcher = watcher;
    }

    synchronized void done() {
        done++;
    }

    synchronized void outrun() {
        outrun++;
    }

    synchronized void unreadable(Cid manifest) {
        unreadable.add(manifest.toString());
    }

    synchronized boolean isUnreadable(Cid manifest) {
        return unreadable.contains(manifest.toString());
    }

    synchronized void problems(List<String> latest) {
        problems = List.copyOf(latest);
    }

    /** The log refused; of several refusals the first that is for good counts. */
    synchronized void refused(ClientException latest) {
        if (refusal == null || RewrapJob.passes(refusal)) {
            refusal = latest;
        }
    }

    /** Throws what the log refused since the last time. */
    synchronized void throwRefusal() {
        ClientException latest = refusal;
        refusal = null;
        if (latest != null) {
            throw latest;
        }
    }

    synchronized void found(long soFar) {
        found = soFar;
    }

    synchronized void at(RewrapJob.Step step) {
        watcher.at(new RewrapJob.Progress(step, done, outrun, found));
    }

    /** Grows with everything that moved. */
    synchronized long moved() {
        return done + outrun;
    }

    synchronized RewrapJob.Result result() {
        return new RewrapJob.Result(done, outrun, List.copyOf(unreadable));
    }

    synchronized String problems() {
        return String.join("; ", problems);
    }
}
