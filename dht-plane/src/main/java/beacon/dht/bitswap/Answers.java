package beacon.dht.bitswap;

import beacon.dht.Background;
import beacon.dht.bitswap.AnswerPlan.Answer;
import beacon.dht.bitswap.BitswapMessage.Block;
import beacon.dht.bitswap.BitswapMessage.Presence;
import beacon.dht.bitswap.BitswapMessage.Want;
import beacon.dht.bitswap.Ledger.Entry;
import beacon.dht.bitswap.Ledger.State;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Serves what peers want. The store is asked by workers, for one peer at a time one batch; what is there is queued in the
 * {@link AnswerPlan}, and what the plan gives out is read and sent.
 */
final class Answers {
    private static final int LOOK_UP_BATCH = 256;

    private final BitswapLimits limits;
    private final Blockstore store;
    private final Background background;
    private final BitswapCounters counters;
    private final Function<PeerId, Channel> channels;
    private final AnswerPlan plan;
    private final Map<PeerId, Ledger> ledgers = new TreeMap<>();

    Answers(
            BitswapLimits limits,
            Blockstore store,
            Background background,
            BitswapCounters counters,
            Function<PeerId, Channel> channels) {
        this.limits = limits;
        this.store = store;
        this.background = background;
        this.counters = counters;
        this.channels = channels;
        this.plan = new AnswerPlan(limits.answers());
    }

    AnswerPlan plan() {
        return plan;
    }

    /** A peer said what it wants. */
    void received(PeerId peer, List<Want> wants, boolean full) {
        if (wants.isEmpty() && !full) {
            return;
        }
        Ledger ledger = ledgers.computeIfAbsent(
                peer, added -> new Ledger(limits.intake().wantsPerPeer()));
        if (full) {
            TreeSet<ByteString> kept = new TreeSet<>(ByteString.unsignedLexicographicalComparator());
            wants.forEach(want -> kept.add(want.cid()));
            ledger.others(kept).forEach(cid -> cancel(peer, ledger, cid));
        }
        for (Want want : wants) {
            if (want.cancel()) {
                cancel(peer, ledger, want.cid());
            } else {
                counters.wantsReceived++;
                counters.wantsIgnored += ledger.add(want) ? 0 : 1;
            }
        }
        lookUp(peer, ledger);
    }

    private void cancel(PeerId peer, Ledger ledger, ByteString cid) {
        if (ledger.get(cid) != null) {
            ledger.remove(cid);
            plan.cancel(peer, cid);
            channels.apply(peer).outbox().forgetPresence(cid);
        }
    }

    private void lookUp(PeerId peer, Ledger ledger) {
        List<Entry> batch = ledger.startLooking(LOOK_UP_BATCH);
        if (batch.isEmpty()) {
            return;
        }
        background
                .run(() -> batch.stream().map(this::size).toList())
                .whenComplete((sizes, failure) -> lookedUp(peer, ledger, batch, sizes));
    }

    private OptionalInt size(Entry entry) {
        Optional<Cid> cid = BlockIds.read(entry.want().cid());
        return cid.isEmpty() ? OptionalInt.empty() : store.size(cid.get());
    }

    private void lookedUp(PeerId peer, Ledger ledger, List<Entry> batch, @Nullable List<OptionalInt> sizes) {
        if (ledgers.get(peer) != ledger) {
            return;
        }
        ledger.stopLooking();
        for (int i = 0; i < batch.size(); i++) {
            Entry entry = batch.get(i);
            if (ledger.holds(entry)) {
                // A disk that fails has no blocks.
                decide(peer, ledger, entry, sizes == null ? OptionalInt.empty() : sizes.get(i));
            }
        }
        channels.apply(peer).flush();
        pump();
        lookUp(peer, ledger);
    }

    private void decide(PeerId peer, Ledger ledger, Entry entry, OptionalInt size) {
        Want want = entry.want();
        if (size.isEmpty()) {
            absent(peer, entry);
        } else if (!want.haveOnly() || size.getAsInt() <= limits.answers().smallBlockBytes()) {
            entry.become(State.QUEUED);
            plan.add(peer, want.cid(), size.getAsInt(), want.priority());
        } else {
            ledger.remove(want.cid());
            channels.apply(peer).outbox().add(new Presence(want.cid(), true));
        }
    }

    private void absent(PeerId peer, Entry entry) {
        entry.become(State.ABSENT);
        if (entry.want().sendDontHave()) {
            counters.dontHavesSent++;
            channels.apply(peer).outbox().add(new Presence(entry.want().cid(), false));
        }
    }

    private void pump() {
        for (Optional<Answer> next = plan.take(); next.isPresent(); next = plan.take()) {
            load(next.get());
        }
    }

    private void load(Answer answer) {
        Ledger ledger = ledgers.get(answer.peer());
        Entry entry = ledger == null ? null : ledger.get(answer.cid());
        if (ledger == null || entry == null) {
            plan.done(answer);
            return;
        }
        background.run(() -> BlockIds.read(answer.cid()).flatMap(store::get)).whenComplete((bytes, failure) -> {
            if (ledgers.get(answer.peer()) != ledger) {
                return;
            }
            if (ledger.holds(entry)) {
                loaded(answer, ledger, entry, failure == null ? bytes : Optional.empty());
            } else {
                plan.done(answer);
            }
            pump();
        });
    }

    private void loaded(Answer answer, Ledger ledger, Entry entry, Optional<ByteString> bytes) {
        Channel channel = channels.apply(answer.peer());
        if (bytes.isEmpty()) {
            absent(answer.peer(), entry);
            plan.done(answer);
            channel.flush();
            return;
        }
        ledger.remove(answer.cid());
        channel.send(new Block(BlockIds.prefix(answer.cid()), bytes.get()), () -> {
            plan.done(answer);
            pump();
        });
    }

    /** A block is here now: those who waited for it get it. */
    void stored(Cid cid) {
        ledgers.forEach((peer, ledger) -> {
            Entry entry = ledger.get(cid.bytes());
            if (entry != null && entry.state() == State.ABSENT) {
                entry.become(State.NEW);
                lookUp(peer, ledger);
            }
        });
    }

    /** Forgets what a peer wants. */
    void forget(PeerId peer) {
        ledgers.remove(peer);
        plan.remove(peer);
        pump();
    }

    /** Wants of a peer that are remembered. */
    int wants(PeerId peer) {
        Ledger ledger = ledgers.get(peer);
        return ledger == null ? 0 : ledger.size();
    }
}
