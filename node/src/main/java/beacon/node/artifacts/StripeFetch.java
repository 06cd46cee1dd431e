package beacon.node.artifacts;

import beacon.dht.Stages;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import beacon.node.artifacts.ArtifactException.Reason;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Any k blocks of a stripe. First the k columns are asked that can be had without decoding, nodes that failed lately
 * last; for each that fails another one is asked, and when answers are slow one more at a time, so that the fastest k
 * win. Guarded by itself, since answers come on the loop.
 */
final class StripeFetch {
    private final BlockPeers peers;
    private final NodeScores scores;
    private final Deque<Source> waiting;
    private final int needed;
    private final Map<Source, Long> asked = new LinkedHashMap<>();
    private final Map<Integer, ByteString> blocks = new TreeMap<>();
    private final CompletableFuture<Map<Integer, ByteString>> result = new CompletableFuture<>();
    private @Nullable Throwable lastFailure;

    /** Where a block of a column may be had. */
    record Source(int column, PeerId node, Cid cid) {}

    private StripeFetch(BlockPeers peers, NodeScores scores, List<Source> sources, int needed) {
        this.peers = peers;
        this.scores = scores;
        this.needed = needed;
        this.waiting = new ArrayDeque<>(sources.stream()
                .sorted(Comparator.<Source>comparingInt(source -> scores.strikes(source.node()))
                        .thenComparingInt(Source::column))
                .toList());
    }

    /**
     * Begins.
     *
     * @param needed k
     * @return k blocks by their columns; fails with {@link ArtifactException} when there are fewer
     */
    static CompletableFuture<Map<Integer, ByteString>> start(
            BlockPeers peers, NodeScores scores, List<Source> sources, int needed) {
        StripeFetch fetch = new StripeFetch(peers, scores, sources, needed);
        for (int i = 0; i < needed; i++) {
            fetch.askNext();
        }
        fetch.failIfHopeless();
        fetch.hedge();
        return fetch.result;
    }

    /** One more column, when there is one. */
    private void askNext() {
        Source source;
        synchronized (this) {
            source = waiting.poll();
            if (source == null || result.isDone()) {
                return;
            }
            asked.put(source, System.nanoTime());
        }
        CompletableFuture<?> unused = peers.fetch(source.node(), source.cid()).whenComplete((bytes, failure) -> {
            if (failure == null) {
                answered(source, bytes);
            } else {
                failed(source, Stages.cause(failure));
            }
        });
    }

    private void answered(Source source, ByteString bytes) {
        Map<Integer, ByteString> complete = null;
        synchronized (this) {
            Long since = asked.remove(source);
            scores.answered(source.node(), since == null ? 0 : System.nanoTime() - since);
            if (blocks.size() < needed) {
                blocks.put(source.column(), bytes);
                if (blocks.size() == needed) {
                    complete = new TreeMap<>(blocks);
                    asked.keySet().forEach(late -> scores.struck(late.node()));
                }
            }
        }
        if (complete != null) {
            result.complete(complete);
        }
    }

    private void failed(Source source, Throwable cause) {
        synchronized (this) {
            asked.remove(source);
            lastFailure = cause;
        }
        if (!result.isDone()) {
            scores.struck(source.node());
            askNext();
            failIfHopeless();
        }
    }

    private void failIfHopeless() {
        ArtifactException hopeless = null;
        synchronized (this) {
            int possible = blocks.size() + asked.size() + waiting.size();
            if (possible < needed) {
                Throwable cause = lastFailure == null ? new IllegalStateException("no node has more") : lastFailure;
                hopeless = new ArtifactException(
                        Reason.NOT_ENOUGH_COLUMNS,
                        "expected %d blocks of a stripe, but found only %d; the last one: %s"
                                .formatted(needed, possible, cause.getMessage()),
                        cause);
            }
        }
        if (hopeless != null) {
            result.completeExceptionally(hopeless);
        }
    }

    private void hedge() {
        CompletableFuture.delayedExecutor(scores.hedgeNanos(), TimeUnit.NANOSECONDS)
                .execute(() -> {
                    boolean more;
                    synchronized (this) {
                        more = !result.isDone() && !waiting.isEmpty();
                    }
                    if (more) {
                        askNext();
                        hedge();
                    }
                });
    }
}
