package beacon.dht.bitswap;

import beacon.dht.Background;
import beacon.dht.Host;
import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.HostListener;
import beacon.dht.Timers;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * The exchange of one peer: serves the blocks of its store, and fetches others in {@link Session}s. Used on the host's
 * loop.
 */
public final class Bitswap {
    /** The protocol that is spoken. */
    public static final String PROTOCOL = "/ipfs/bitswap/1.2.0";

    private static final Duration TICK = Duration.ofMillis(250);

    private final Host host;
    private final BitswapLimits limits;
    private final InstantSource clock;
    private final BitswapCounters counters = new BitswapCounters();
    private final Map<PeerId, Channel> channels = new TreeMap<>();
    private final Answers answers;
    private final Fetching fetching;
    private final Intake intake;
    private boolean ticking;
    private boolean closed;

    /**
     * What an exchange is made of.
     *
     * @param workers hash blocks and use the store; a few threads
     */
    public record Settings(Blockstore store, Executor workers, InstantSource clock, BitswapLimits limits) {}

    private Bitswap(Host host, Settings settings) {
        this.host = host;
        this.limits = settings.limits();
        this.clock = settings.clock();
        Background background = new Background(settings.workers(), host.loop());
        this.answers = new Answers(limits, settings.store(), background, counters, this::channel);
        this.fetching = new Fetching(
                settings.store(),
                background,
                counters,
                new Fetching.Surroundings(host.loop(), clock, this::channel, answers::stored));
        this.intake = new Intake(host.loop(), clock, limits, counters, this::received);
    }

    /** Starts to serve. */
    public static Bitswap start(Host host, Settings settings) {
        Bitswap bitswap = new Bitswap(host, settings);
        host.handle(PROTOCOL, bitswap.intake::accept);
        host.listen(new HostListener() {
            @Override
            public void disconnected(PeerId peer) {
                bitswap.disconnected(peer);
            }
        });
        return bitswap;
    }

    /**
     * Starts to fetch.
     *
     * @param providers peers to ask, whose addresses the host knows
     * @param source asked when none of them has a block
     */
    public Session session(List<PeerId> providers, ProviderSource source) {
        if (closed) {
            throw new IllegalStateException("expected an open exchange, but found a closed one");
        }
        Session session = new Session(fetching, limits, source);
        fetching.add(session);
        providers.forEach(session::addProvider);
        return session;
    }

    /** Says that a block came into the store by another way, so that peers that wait for it get it. */
    public void stored(Cid cid) {
        answers.stored(cid);
    }

    /** What was done so far. */
    public BitswapCounters.Snapshot counters() {
        return counters.snapshot();
    }

    /** Bytes of blocks that were read for peers and not taken by the transport yet. */
    public long unsentBytes() {
        return answers.plan().underwayBytes();
    }

    /** Wants of a peer that are remembered here. */
    public int wantsOf(PeerId peer) {
        return answers.wants(peer);
    }

    private Channel channel(PeerId peer) {
        startTicking();
        return channels.computeIfAbsent(
                peer, added -> new Channel(host, added, clock, limits.times().idleStream(), new FromChannels()));
    }

    private void received(PeerId peer, BitswapMessage message) {
        if (!closed) {
            fetching.received(peer, message, intake);
            answers.received(peer, message.wants(), message.full());
        }
    }

    private void disconnected(PeerId peer) {
        dropChannel(peer);
        intake.forget(peer);
        answers.forget(peer);
        fetching.interrupted(peer);
    }

    private void dropChannel(PeerId peer) {
        Channel channel = channels.remove(peer);
        if (channel != null) {
            channel.close();
        }
    }

    private void startTicking() {
        if (!ticking && !closed) {
            ticking = true;
            Timers.run(host.loop(), TICK, this::tick);
        }
    }

    private void tick() {
        ticking = false;
        fetching.tick();
        endStalled();
        channels.entrySet().removeIf(entry -> entry.getValue().isIdle());
        if (!channels.isEmpty() || fetching.isActive()) {
            startTicking();
        }
    }

    /** A peer that does not read gets nothing more, sooner when others wait for the room that it takes. */
    private void endStalled() {
        Duration most = answers.plan().isUnderPressure()
                ? limits.times().stallUnderPressure()
                : limits.times().stall();
        Instant now = clock.instant();
        for (Map.Entry<PeerId, Channel> entry : List.copyOf(channels.entrySet())) {
            Optional<Instant> since = entry.getValue().waitingSince();
            if (since.isPresent() && Duration.between(since.get(), now).compareTo(most) > 0) {
                counters.slowPeers++;
                dropChannel(entry.getKey());
                answers.forget(entry.getKey());
                fetching.interrupted(entry.getKey());
            }
        }
    }

    /** Serves no longer; sessions fail with CLOSED. */
    public void close() {
        if (!closed) {
            host.unhandle(PROTOCOL);
            fetching.close();
            closed = true;
            List.copyOf(channels.keySet()).forEach(this::dropChannel);
        }
    }

    private final class FromChannels implements Channel.Events {
        @Override
        public void failed(PeerId peer, HostException cause) {
            answers.forget(peer);
            boolean again = cause.reason() == Reason.RESET || cause.reason() == Reason.CLOSED;
            if (again) {
                fetching.interrupted(peer);
            } else {
                fetching.lost(peer);
            }
        }

        @Override
        public long pendingBytes(PeerId peer) {
            return answers.plan().pendingBytes(peer);
        }

        @Override
        public void sent(BitswapMessage message) {
            counters.messagesOut++;
            message.blocks().forEach(block -> {
                counters.blocksSent++;
                counters.bytesSent += block.data().size();
            });
        }
    }
}
