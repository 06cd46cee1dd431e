package beacon.node.custody;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.keys.Entropy;
import beacon.keys.client.WrapsOpener;
import beacon.keys.envelope.AgeException;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.opening.Rewrap;
import beacon.keys.records.KeyRecord;
import beacon.model.Reason;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.HistoryReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Rewraps batches: reads all headers at once, has all wraps opened with one question, and sets all new
 * headers at once, each only if it is still the one that was read. Safe for many threads.
 */
final class RewrapLane {
    /** Times that an artifact is taken up again whose header was set anew meanwhile. */
    private static final int TRIES = 3;

    private final KeyLog log;
    private final WrapsOpener opener;
    private final KeyRecord from;
    private final KeyRecord to;
    private final RewrapTally tally;
    private final Entropy entropy;

    RewrapLane(KeyLog log, WrapsOpener opener, KeyRecord from, KeyRecord to, RewrapTally tally, Entropy entropy) {
        this.log = log;
        this.opener = opener;
        this.from = from;
        this.to = to;
        this.tally = tally;
        this.entropy = entropy;
    }

    /** One artifact on its way. */
    private record Work(KeyLog.Placed placed, long revision, Rewrap rewrap) {}

    /** Moves what it can; what stays behind is for the next pass. */
    void rewrap(List<KeyLog.Placed> batch) {
        List<KeyLog.Placed> left = batch;
        try {
            for (int attempt = 0; attempt < TRIES && !left.isEmpty(); attempt++) {
                left = attempt(left);
            }
        } catch (ClientException refused) {
            tally.refused(refused);
        }
    }

    /** Those that somebody else was faster with; his header may be of the old key, too. */
    private List<KeyLog.Placed> attempt(List<KeyLog.Placed> batch) {
        List<Work> work = read(batch);
        tally.at(RewrapJob.Step.READ);
        if (work.isEmpty()) {
            return List.of();
        }
        WrapsOpener.Opened opened =
                opener.open(work.stream().map(each -> each.rewrap().item()).toList());
        tally.problems(opened.problems());
        tally.at(RewrapJob.Step.OPENED);
        List<KeyLog.Placed> outrun = replace(work, opened.fileKeys());
        tally.at(RewrapJob.Step.REPLACED);
        return outrun;
    }

    private List<Work> read(List<KeyLog.Placed> batch) {
        List<CompletableFuture<HistoryReply>> reads =
                batch.stream().map(placed -> log.findHeader(placed.manifest())).toList();
        List<Work> work = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            KeyLog.Placed placed = batch.get(i);
            HistoryReply reply = BeaconClient.await(reads.get(i));
            try {
                KeyLog.present(reply).flatMap(found -> take(placed, found)).ifPresent(work::add);
            } catch (AgeException malformed) {
                tally.unreadable(placed.manifest());
            }
        }
        return work;
    }

    private Optional<Work> take(KeyLog.Placed placed, KeyLog.Found found) {
        if (!found.keyId().equals(from.keyId())) {
            tally.outrun();
            return Optional.empty();
        }
        Optional<Rewrap> rewrap = Rewrap.of(found.header(), from.keyId());
        if (rewrap.isEmpty()) {
            tally.unreadable(placed.manifest());
        }
        return rewrap.map(each -> new Work(placed, found.revision(), each));
    }

    private List<KeyLog.Placed> replace(List<Work> work, List<Optional<FileKey>> fileKeys) {
        List<Work> sent = new ArrayList<>();
        List<CompletableFuture<Accepted>> appends = new ArrayList<>();
        for (int i = 0; i < work.size(); i++) {
            if (fileKeys.get(i).isEmpty()) {
                continue;
            }
            Work each = work.get(i);
            try (FileKey fileKey = fileKeys.get(i).get()) {
                Header header = each.rewrap().to(to, fileKey, entropy);
                appends.add(log.setHeader(each.placed().manifest(), to.keyId(), header, each.revision()));
                sent.add(each);
            } catch (AgeException.BadMac another) {
                tally.unreadable(each.placed().manifest());
            }
        }
        List<KeyLog.Placed> outrun = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            if (!settle(appends.get(i))) {
                outrun.add(sent.get(i).placed());
            }
        }
        return outrun;
    }

    /** False when somebody was faster. */
    private boolean settle(CompletableFuture<Accepted> append) {
        try {
            BeaconClient.await(append);
            tally.done();
        } catch (ClientException refused) {
            if (refused.refusal().reason() == Reason.STALE_REVISION) {
                return false;
            }
            if (!RewrapJob.passes(refused)) {
                throw refused;
            }
        }
        return true;
    }
}
