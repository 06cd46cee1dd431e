package beacon.dht.bitswap;

import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which block goes to whom next. Peers take turns by bytes: the one that got least since it began to wait is served
 * first, so neither many wants nor large blocks get a peer more than its share. Within a peer the priority counts.
 * What is under way is bounded, for each peer and in all. Pure: no blocks, no streams.
 */
final class AnswerPlan {
    /** What an answer costs at least; bounds their number, too. */
    static final int MIN_CHARGE_BYTES = 16 << 10;

    private final BitswapLimits.Answers limits;
    private final Map<PeerId, Waiting> peers = new TreeMap<>();
    private long underwayBytes;
    private long served;
    private long order;

    /** A block to be sent. */
    record Answer(PeerId peer, ByteString cid, int sizeBytes, int priority, long order) {
        long charge() {
            return Math.max(MIN_CHARGE_BYTES, sizeBytes);
        }
    }

    private static final class Waiting {
        private final TreeSet<Answer> answers = new TreeSet<>(
                Comparator.comparingInt((Answer a) -> -a.priority()).thenComparingLong(Answer::order));
        private final Map<ByteString, Answer> byCid = new LinkedHashMap<>();
        private long served;
        private long underwayBytes;
        private long pendingBytes;
    }

    AnswerPlan(BitswapLimits.Answers limits) {
        this.limits = limits;
    }

    /** Queues a block for a peer. */
    void add(PeerId peer, ByteString cid, int sizeBytes, int priority) {
        Waiting waiting = peers.computeIfAbsent(peer, added -> new Waiting());
        cancel(peer, cid);
        if (waiting.answers.isEmpty()) {
            // Who did not wait has saved nothing up.
            waiting.served = Math.max(waiting.served, served);
        }
        Answer answer = new Answer(peer, cid, sizeBytes, Math.max(0, priority), order++);
        waiting.answers.add(answer);
        waiting.byCid.put(cid, answer);
        waiting.pendingBytes += sizeBytes;
    }

    /** Takes a block back that is queued. */
    void cancel(PeerId peer, ByteString cid) {
        Waiting waiting = peers.get(peer);
        Answer answer = waiting == null ? null : waiting.byCid.remove(cid);
        if (waiting != null && answer != null) {
            waiting.answers.remove(answer);
            waiting.pendingBytes -= answer.sizeBytes();
        }
    }

    /** The next block to be sent; it counts as under way until {@link #done}. */
    Optional<Answer> take() {
        Waiting best = null;
        for (Waiting waiting : peers.values()) {
            if (fits(waiting) && (best == null || waiting.served < best.served)) {
                best = waiting;
            }
        }
        if (best == null) {
            return Optional.empty();
        }
        Answer answer = best.answers.pollFirst();
        if (answer == null) {
            throw new IllegalStateException("expected an answer of a peer that waits, but found none");
        }
        best.byCid.remove(answer.cid());
        best.pendingBytes -= answer.sizeBytes();
        best.underwayBytes += answer.charge();
        underwayBytes += answer.charge();
        served = best.served;
        best.served += answer.charge();
        return Optional.of(answer);
    }

    private boolean fits(Waiting waiting) {
        if (waiting.answers.isEmpty()) {
            return false;
        }
        long charge = waiting.answers.first().charge();
        boolean mine = waiting.underwayBytes == 0 || waiting.underwayBytes + charge <= limits.unsentPerPeer();
        return mine && underwayBytes + charge <= limits.unsentTotal();
    }

    /** A block was taken by the transport, or was not sent after all. */
    void done(Answer answer) {
        Waiting waiting = peers.get(answer.peer());
        if (waiting != null && waiting.underwayBytes > 0) {
            long freed = Math.min(waiting.underwayBytes, answer.charge());
            waiting.underwayBytes -= freed;
            underwayBytes -= freed;
        }
    }

    /** Forgets a peer and what is under way to it. */
    void remove(PeerId peer) {
        Waiting waiting = peers.remove(peer);
        if (waiting != null) {
            underwayBytes -= waiting.underwayBytes;
        }
    }

    /** Bytes queued for a peer, without those under way. */
    long pendingBytes(PeerId peer) {
        Waiting waiting = peers.get(peer);
        return waiting == null ? 0 : waiting.pendingBytes;
    }

    /** Whether peers wait because others do not read. */
    boolean isUnderPressure() {
        return underwayBytes > limits.unsentTotal() / 2;
    }

    long underwayBytes() {
        return underwayBytes;
    }
}
