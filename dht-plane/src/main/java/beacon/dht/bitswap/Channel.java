package beacon.dht.bitswap;

import beacon.dht.Host;
import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.HostStream;
import beacon.dht.MessageStream;
import beacon.dht.Stages;
import beacon.dht.Timers;
import beacon.dht.bitswap.BitswapMessage.Block;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is sent to one peer, over a stream that is opened when there is something to send and closed soon
 * after. A little is written ahead, so that the transport never waits for the loop; the rest waits here, where its owner
 * counts it.
 */
final class Channel {
    private static final int WRITE_AHEAD_BYTES = 1 << 20;
    private static final Duration LINGER = Duration.ofSeconds(10);

    private final Host host;
    private final PeerId peer;
    private final InstantSource clock;
    private final Duration idle;
    private final Events events;
    private final Outbox outbox = new Outbox();
    private final Deque<Outgoing> blocks = new ArrayDeque<>();
    private final Deque<Instant> writes = new ArrayDeque<>();
    private @Nullable MessageStream stream;
    private @Nullable ScheduledFuture<?> idleTimer;
    private int bytesUnderway;
    private boolean opening;
    private boolean pumpPlanned;
    private boolean closed;

    /** Told by a channel, on the loop. */
    interface Events {
        /** What was given to the channel is lost, and it has nothing to send any more. */
        void failed(PeerId peer, HostException cause);

        /** Bytes of blocks that the peer has still to get. */
        long pendingBytes(PeerId peer);

        /** A message was handed to the transport. */
        void sent(BitswapMessage message);
    }

    private record Outgoing(Block block, Runnable taken) {}

    Channel(Host host, PeerId peer, InstantSource clock, Duration idle, Events events) {
        this.host = host;
        this.peer = peer;
        this.clock = clock;
        this.idle = idle;
        this.events = events;
    }

    /** What is to be said; {@link #flush()} after adding to it. */
    Outbox outbox() {
        return outbox;
    }

    /**
     * Sends a block.
     *
     * @param taken run when the transport took it
     */
    void send(Block block, Runnable taken) {
        blocks.add(new Outgoing(block, taken));
        flush();
    }

    /** Sends what waits, together with what is added by the task that runs now. */
    void flush() {
        if (!pumpPlanned && !closed) {
            pumpPlanned = true;
            host.loop().execute(() -> {
                pumpPlanned = false;
                pump();
            });
        }
    }

    /** Since when the peer has not read; empty when nothing waits for that. */
    Optional<Instant> waitingSince() {
        return Optional.ofNullable(writes.peek());
    }

    boolean isIdle() {
        return outbox.isEmpty() && blocks.isEmpty() && writes.isEmpty() && !opening && stream == null;
    }

    private void pump() {
        if (closed || opening) {
            return;
        }
        if (outbox.isEmpty() && blocks.isEmpty()) {
            if (writes.isEmpty() && stream != null) {
                restartIdleTimer();
            }
            return;
        }
        stopIdleTimer();
        MessageStream open = stream;
        if (open == null) {
            open();
            return;
        }
        while (bytesUnderway < WRITE_AHEAD_BYTES && !(outbox.isEmpty() && blocks.isEmpty())) {
            write(open);
        }
    }

    private void open() {
        opening = true;
        host.newStream(peer, List.of(Bitswap.PROTOCOL)).whenComplete((opened, failure) -> {
            opening = false;
            if (failure != null) {
                fail(failure);
            } else if (closed) {
                opened.reset();
            } else {
                stream = new MessageStream(opened, 1);
                watch(opened);
                pump();
            }
        });
    }

    /** Nobody answers on the streams that we open; but a reset should be noticed before the next write. */
    private void watch(HostStream opened) {
        opened.read().whenComplete((bytes, failure) -> {
            if (failure == null && !bytes.isEmpty()) {
                opened.reset();
            }
            boolean current = stream != null && stream.stream() == opened;
            if (current && (failure != null || !bytes.isEmpty())) {
                fail(failure == null ? new HostException(Reason.PROTOCOL, "expected no answer") : failure);
            }
        });
    }

    private void write(MessageStream open) {
        Outgoing first = blocks.poll();
        BitswapMessage message = new BitswapMessage(
                outbox.takeWants(),
                false,
                first == null ? List.of() : List.of(first.block()),
                outbox.takePresences(),
                events.pendingBytes(peer));
        ByteString encoded = BitswapCodec.encode(message);
        bytesUnderway += encoded.size();
        writes.add(clock.instant());
        events.sent(message);
        open.write(encoded).whenComplete((done, failure) -> {
            if (stream != open) {
                return;
            }
            bytesUnderway -= encoded.size();
            writes.poll();
            if (failure != null) {
                fail(failure);
                return;
            }
            if (first != null) {
                first.taken().run();
            }
            flush();
        });
    }

    private void restartIdleTimer() {
        stopIdleTimer();
        idleTimer = Timers.after(host.loop(), idle, () -> {
            MessageStream unused = stream;
            stream = null;
            if (unused != null) {
                end(unused.stream());
            }
        });
    }

    private void stopIdleTimer() {
        ScheduledFuture<?> running = idleTimer;
        if (running != null) {
            running.cancel(false);
            idleTimer = null;
        }
    }

    /** Everything was taken; a peer that does not end its side gets a reset. */
    private void end(HostStream finished) {
        finished.closeWrite();
        Timers.run(host.loop(), LINGER, finished::reset);
    }

    private void fail(Throwable failure) {
        Throwable cause = Stages.cause(failure);
        abandon();
        events.failed(
                peer,
                cause instanceof HostException known
                        ? known
                        : new HostException(Reason.CLOSED, String.valueOf(cause.getMessage()), cause));
    }

    private void abandon() {
        stopIdleTimer();
        MessageStream broken = stream;
        stream = null;
        if (broken != null) {
            broken.stream().reset();
        }
        bytesUnderway = 0;
        writes.clear();
        blocks.clear();
        outbox.clear();
    }

    /** Forgets everything and sends nothing any more. */
    void close() {
        closed = true;
        abandon();
    }
}
