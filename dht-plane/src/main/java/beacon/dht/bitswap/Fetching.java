package beacon.dht.bitswap;

import beacon.dht.Background;
import beacon.dht.bitswap.BitswapMessage.Block;
import beacon.dht.bitswap.BitswapMessage.Presence;
import beacon.dht.bitswap.BitswapMessage.Want;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.blockstore.PutOutcome;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the sessions have in common: blocks that come in are hashed, matched with what is wanted, stored and handed out. A
 * peer that no session asks is not even listened to.
 */
final class Fetching {
    private final Blockstore store;
    private final Background background;
    private final Executor loop;
    private final InstantSource clock;
    private final BitswapCounters counters;
    private final Function<PeerId, Channel> channels;
    private final Consumer<Cid> stored;
    private final List<Session> sessions = new ArrayList<>();
    private final Set<Cid> storing = new LinkedHashSet<>();

    /** Surroundings.
     *
     * @param stored told of each block that came into the store */
    record Surroundings(Executor loop, InstantSource clock, Function<PeerId, Channel> channels, Consumer<Cid> stored) {}

    Fetching(Blockstore store, Background background, BitswapCounters counters, Surroundings surroundings) {
        this.store = store;
        this.background = background;
        this.counters = counters;
        this.loop = surroundings.loop();
        this.clock = surroundings.clock();
        this.channels = surroundings.channels();
        this.stored = surroundings.stored();
    }

    void add(Session session) {
        sessions.add(session);
    }

    void forget(Session session) {
        sessions.remove(session);
    }

    boolean isActive() {
        return sessions.stream().anyMatch(session -> session.plan().size() > 0);
    }

    Instant now() {
        return clock.instant();
    }

    void soon(Runnable task) {
        loop.execute(task);
    }

    void readStored(Cid cid, Session session) {
        background.run(() -> store.get(cid)).whenComplete((bytes, failure) -> {
            if (failure == null && bytes.isPresent()) {
                session.deliver(new Fetched(cid, bytes.get(), Optional.empty(), new PutOutcome.AlreadyStored()));
            } else {
                session.notStored(cid, now());
            }
        });
    }

    void ask(PeerId peer, Cid cid, boolean haveOnly) {
        Channel channel = channels.apply(peer);
        counters.wantsSent++;
        channel.outbox().add(haveOnly ? Want.have(cid.bytes()) : Want.block(cid.bytes()));
        channel.flush();
    }

    void cancel(PeerId peer, Cid cid, Session from) {
        boolean needed = sessions.stream()
                .anyMatch(other -> other != from && other.plan().told(peer, cid));
        if (!needed) {
            Channel channel = channels.apply(peer);
            channel.outbox().add(Want.cancel(cid.bytes()));
            channel.flush();
        }
    }

    /** Time passed. */
    void tick() {
        for (Session session : List.copyOf(sessions)) {
            counters.slowPeers += session.plan().tick(now()).size();
        }
    }

    /** A peer said what it has, or sent it. */
    void received(PeerId peer, BitswapMessage message, Intake intake) {
        List<Session> listening =
                sessions.stream().filter(session -> session.plan().knows(peer)).toList();
        if (listening.isEmpty()) {
            counters.unwanted += message.blocks().size();
            return;
        }
        listening.forEach(session -> session.plan().heard(peer, now()));
        for (Presence presence : message.presences()) {
            BlockIds.read(presence.cid()).ifPresent(cid -> tell(listening, peer, cid, presence.have()));
        }
        for (Block block : message.blocks()) {
            identify(peer, block, intake);
        }
    }

    private void tell(List<Session> listening, PeerId peer, Cid cid, boolean have) {
        for (Session session : listening) {
            if (have) {
                session.plan().have(peer, cid, now());
            } else {
                session.plan().denied(peer, cid, now());
            }
        }
    }

    private void identify(PeerId peer, Block block, Intake intake) {
        int size = block.data().size();
        intake.begin(peer, size);
        background.run(() -> BlockIds.identify(block)).whenComplete((cid, failure) -> {
            boolean wanted = failure == null
                    && cid.isPresent()
                    && sessions.stream().anyMatch(session -> session.plan().wants(cid.get()));
            if (wanted && storing.add(cid.get())) {
                counters.blocksReceived++;
                counters.bytesReceived += size;
                keep(peer, cid.get(), block.data(), intake);
            } else {
                counters.duplicates++;
                intake.end(peer, size);
            }
        });
    }

    private void keep(PeerId peer, Cid cid, ByteString bytes, Intake intake) {
        background.run(() -> store.put(cid, bytes)).whenComplete((outcome, failure) -> {
            storing.remove(cid);
            intake.end(peer, bytes.size());
            for (Session session : List.copyOf(sessions)) {
                if (session.plan().received(peer, cid, bytes.size(), now())) {
                    if (failure == null) {
                        session.deliver(new Fetched(cid, bytes, Optional.of(peer), outcome));
                    } else {
                        session.fail(cid, failure);
                    }
                }
            }
            if (failure == null && outcome.isKept()) {
                stored.accept(cid);
            }
        });
    }

    /** What a peer was asked for may be lost. */
    void interrupted(PeerId peer) {
        List.copyOf(sessions).forEach(session -> session.plan().interrupted(peer, now()));
    }

    /** A peer cannot be reached. */
    void lost(PeerId peer) {
        List.copyOf(sessions).forEach(session -> session.plan().lost(peer, now()));
    }

    void close() {
        List.copyOf(sessions).forEach(Session::close);
    }
}
