package beacon.dht.libp2p;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.HostStream;
import beacon.dht.Stages;
import beacon.dht.Timers;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;

/**
 * {@code /ipfs/ping/1.0.0}: echoes blocks of 32 bytes, and measures how long an echo takes. An echo is written before
 * the next block is read, so a peer that never reads is not read from either. Belongs to the plane's loop.
 */
final class Ping {
    static final String PROTOCOL = "/ipfs/ping/1.0.0";
    private static final int BLOCK_BYTES = 32;
    private static final int MAX_INBOUND_PER_PEER = 2;
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final ScheduledExecutorService loop;
    private final Random random;
    private final Map<PeerId, Integer> inbound = new TreeMap<>();

    Ping(ScheduledExecutorService loop, Random random) {
        this.loop = loop;
        this.random = random;
    }

    /** Serves a stream that a peer opened. */
    void answer(HostStream stream) {
        int open = inbound.merge(stream.remote(), 1, Integer::sum);
        if (open > MAX_INBOUND_PER_PEER) {
            done(stream);
            stream.reset();
        } else {
            echo(stream);
        }
    }

    private void done(HostStream stream) {
        inbound.computeIfPresent(stream.remote(), (peer, count) -> count > 1 ? count - 1 : null);
    }

    private void echo(HostStream stream) {
        ScheduledFuture<?> silence = Timers.after(loop, SILENCE, stream::reset);
        stream.read().whenComplete((bytes, failure) -> {
            silence.cancel(false);
            if (failure != null || bytes.isEmpty()) {
                done(stream);
                stream.closeWrite();
                return;
            }
            ScheduledFuture<?> unread = Timers.after(loop, SILENCE, stream::reset);
            stream.write(bytes).whenComplete((written, writeFailure) -> {
                unread.cancel(false);
                if (writeFailure != null) {
                    done(stream);
                } else {
                    echo(stream);
                }
            });
        });
    }

    /** Measures one round trip on a stream of its own. */
    CompletionStage<Duration> measure(HostStream stream) {
        CompletableFuture<Duration> result = new CompletableFuture<>();
        byte[] block = new byte[BLOCK_BYTES];
        random.nextBytes(block);
        ByteString sent = ByteString.copyFrom(block);
        long start = System.nanoTime();
        ScheduledFuture<?> deadline = Timers.after(loop, ANSWER, () -> {
            result.completeExceptionally(new HostException(Reason.TIMEOUT, "expected an answer to a ping"));
            stream.reset();
        });
        stream.write(sent).whenComplete((written, failure) -> {
            if (failure != null) {
                result.completeExceptionally(Stages.cause(failure));
            }
        });
        collect(stream, ByteString.EMPTY, sent, result, start);
        CompletionStage<Duration> measured = result;
        return measured.whenComplete((time, failure) -> {
            deadline.cancel(false);
            stream.closeWrite();
        });
    }

    private void collect(
            HostStream stream, ByteString sofar, ByteString sent, CompletableFuture<Duration> result, long start) {
        stream.read().whenComplete((bytes, failure) -> {
            ByteString all = failure == null ? sofar.concat(bytes) : sofar;
            if (failure != null) {
                result.completeExceptionally(Stages.cause(failure));
            } else if (all.equals(sent)) {
                result.complete(Duration.ofNanos(System.nanoTime() - start));
                endOf(stream);
            } else if (bytes.isEmpty() || all.size() >= BLOCK_BYTES) {
                stream.reset();
                result.completeExceptionally(new HostException(Reason.PROTOCOL, "expected the ping back"));
            } else {
                collect(stream, all, sent, result, start);
            }
        });
    }

    private void endOf(HostStream stream) {
        ScheduledFuture<?> reset = Timers.after(loop, ANSWER, stream::reset);
        stream.read().whenComplete((bytes, failure) -> {
            reset.cancel(false);
            if (failure == null && !bytes.isEmpty()) {
                stream.reset();
            }
        });
    }
}
