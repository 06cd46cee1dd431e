package beacon.index.ratis;

import beacon.index.log.AppendResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A batch between the moment it is offered to Raft and the moment its fate is known. */
final class PendingBatch {
    private final byte[] bytes;
    private final CompletableFuture<List<AppendResult>> results = new CompletableFuture<>();
    private volatile boolean offered;

    PendingBatch(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    CompletableFuture<List<AppendResult>> results() {
        return results;
    }

    /** From here on the batch may be in the log, whatever Raft says. */
    void markOffered() {
        offered = true;
    }

    boolean wasOffered() {
        return offered;
    }
}
