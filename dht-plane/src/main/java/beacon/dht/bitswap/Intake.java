package beacon.dht.bitswap;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.HostStream;
import beacon.dht.MessageStream;
import beacon.dht.Stages;
import beacon.dht.Timers;
import beacon.dht.bitswap.BitswapMessage.Block;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;

/**
 * Reads the streams that others open. A message is read when there is room for what it may bring: while blocks wait to be
 * checked and stored, or when a peer makes more work than it may, its streams are not read, and the transport stops it.
 */
final class Intake {
    /** What an entry of a message takes about; a message costs by its length without blocks. */
    private static final int ENTRY_BYTES = 40;

    private final ScheduledExecutorService loop;
    private final InstantSource clock;
    private final BitswapLimits limits;
    private final BitswapCounters counters;
    private final Receiver receiver;
    private final Map<PeerId, Source> sources = new TreeMap<>();
    private final Deque<Reading> waiting = new ArrayDeque<>();
    private long unstoredBytes;
    private long unfinishedBytes;

    /** Gets the messages, on the loop. */
    interface Receiver {
        void received(PeerId peer, BitswapMessage message);
    }

    /** One peer as far as it sends. */
    private final class Source implements MessageStream.Budget {
        private final Pace pace;
        private final Set<HostStream> streams = new LinkedHashSet<>();
        private long unstoredBytes;
        private long unfinishedBytes;

        Source(Pace pace) {
            this.pace = pace;
        }

        @Override
        public boolean take(int bytes) {
            if (unfinishedBytes + bytes > limits.intake().unfinishedPerPeer()) {
                counters.limitsReached++;
                return false;
            }
            unfinishedBytes += bytes;
            Intake.this.unfinishedBytes += bytes;
            if (Intake.this.unfinishedBytes > limits.intake().unfinishedTotal()) {
                endGreediest();
            }
            return true;
        }

        @Override
        public void give(int bytes) {
            unfinishedBytes -= bytes;
            Intake.this.unfinishedBytes -= bytes;
        }
    }

    private void endGreediest() {
        Source greediest = null;
        for (Source source : sources.values()) {
            if (greediest == null || source.unfinishedBytes > greediest.unfinishedBytes) {
                greediest = source;
            }
        }
        if (greediest != null) {
            counters.limitsReached++;
            List.copyOf(greediest.streams).forEach(HostStream::reset);
        }
    }

    private record Reading(PeerId peer, Source source, MessageStream messages) {}

    Intake(
            ScheduledExecutorService loop,
            InstantSource clock,
            BitswapLimits limits,
            BitswapCounters counters,
            Receiver receiver) {
        this.loop = loop;
        this.clock = clock;
        this.limits = limits;
        this.counters = counters;
        this.receiver = receiver;
    }

    /** Takes a stream that a peer opened. */
    void accept(HostStream stream) {
        BitswapLimits.Intake bounds = limits.intake();
        Source source = sources.computeIfAbsent(
                stream.remote(),
                peer -> new Source(new Pace(bounds.entriesPerSecond(), bounds.entryBurst(), clock.instant())));
        if (source.streams.size() >= bounds.streamsPerPeer()) {
            counters.limitsReached++;
            stream.reset();
            return;
        }
        source.streams.add(stream);
        stream.closeWrite();
        next(new Reading(stream.remote(), source, new MessageStream(stream, BitswapCodec.MAX_MESSAGE_BYTES, source)));
    }

    private void next(Reading reading) {
        HostStream stream = reading.messages().stream();
        ScheduledFuture<?> silence = Timers.after(loop, limits.times().silence(), stream::reset);
        reading.messages().read().whenComplete((message, failure) -> {
            silence.cancel(false);
            if (failure != null) {
                refuse(reading, isRefusal(Stages.cause(failure)));
            } else if (message.isEmpty()) {
                reading.source().streams.remove(stream);
            } else {
                handle(reading, message.get());
            }
        });
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof HostException known
                && (known.reason() == Reason.LIMIT || known.reason() == Reason.PROTOCOL);
    }

    private void refuse(Reading reading, boolean count) {
        counters.messagesRefused += count ? 1 : 0;
        reading.source().streams.remove(reading.messages().stream());
        reading.messages().stream().reset();
    }

    private void handle(Reading reading, ByteString bytes) {
        BitswapMessage message;
        try {
            message = BitswapCodec.decode(bytes);
        } catch (WireException e) {
            refuse(reading, true);
            return;
        }
        counters.messagesIn++;
        receiver.received(reading.peer(), message);
        long blockBytes = 0;
        for (Block block : message.blocks()) {
            blockBytes += block.data().size();
        }
        long cost = 1 + (bytes.size() - blockBytes) / ENTRY_BYTES;
        Duration pause = reading.source().pace.spend(cost, clock.instant());
        if (pause.isZero()) {
            // A task of its own for each message: others get their turn, and the stack does not grow.
            loop.execute(() -> proceed(reading));
        } else {
            counters.limitsReached++;
            Timers.run(loop, pause, () -> proceed(reading));
        }
    }

    private void proceed(Reading reading) {
        if (hasRoom(reading.source())) {
            next(reading);
        } else {
            waiting.add(reading);
        }
    }

    private boolean hasRoom(Source source) {
        return source.unstoredBytes < limits.intake().unstoredPerPeer()
                && unstoredBytes < limits.intake().unstoredTotal();
    }

    /** Bytes of a peer came in that will be worked on. */
    void begin(PeerId peer, int bytes) {
        unstoredBytes += bytes;
        Source source = sources.get(peer);
        if (source != null) {
            source.unstoredBytes += bytes;
        }
    }

    /** They are done with. */
    void end(PeerId peer, int bytes) {
        unstoredBytes -= bytes;
        Source source = sources.get(peer);
        if (source != null) {
            source.unstoredBytes -= Math.min(source.unstoredBytes, bytes);
        }
        int count = unstoredBytes < limits.intake().unstoredTotal() ? waiting.size() : 0;
        for (int i = 0; i < count; i++) {
            proceed(waiting.remove());
        }
    }

    /** The last connection to a peer is gone; its streams end by themselves. */
    void forget(PeerId peer) {
        sources.remove(peer);
    }
}
