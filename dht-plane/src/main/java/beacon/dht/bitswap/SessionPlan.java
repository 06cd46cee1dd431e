package beacon.dht.bitswap;

import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a session asks for what.
 *
 * <p>Each block is asked of one provider at a time, the one that would be done first. While that one has not shown that it
 * has everything, a few others are asked whether they have the block, so that a refusal or a silence costs no further
 * round. A provider that is silent loses its wants to others, three times in a row its place. When nothing is left to be
 * given out, an idle provider takes over a want of one that would need much longer. A want moves for that reason once
 * only and is cancelled at the earlier provider, so duplicates are at most one for each block.
 *
 * <p>Pure: time comes in, {@link Effects} go out.
 */
final class SessionPlan {
    private static final int MAX_STRIKES = 3;
    private static final int ASKED_BESIDE = 4;
    private static final int SCANNED_AT_ONCE = 1024;
    private static final double WORTH_MOVING_MILLIS = 500;

    private final BitswapLimits limits;
    private final Effects effects;
    private final Map<Cid, Wanted> wanted = new LinkedHashMap<>();
    private final Set<Wanted> unassigned = new LinkedHashSet<>();
    private final Map<PeerId, Provider> providers = new LinkedHashMap<>();

    /** What a plan wants done. */
    interface Effects {
        /** Ask a peer for a block, or only whether it has one. */
        void ask(PeerId peer, Cid cid, boolean haveOnly);

        /** Tell a peer that the block is not wanted any more. */
        void cancel(PeerId peer, Cid cid);

        /** No provider is left for a block. More may be added now or later; {@link #fail} ends it. */
        void exhausted(Cid cid);

        /** The want is given up and forgotten. */
        void failed(Cid cid, ExchangeException cause);
    }

    private static final class Wanted {
        private final Cid cid;
        private final Set<PeerId> told = new LinkedHashSet<>();
        private final Set<PeerId> denied = new LinkedHashSet<>();
        private final Set<PeerId> haves = new LinkedHashSet<>();
        private @Nullable Provider asked;
        private Instant waitingSince;
        private int attempts;
        private boolean moved;
        private boolean exhausted;

        Wanted(Cid cid, Instant now) {
            this.cid = cid;
            this.waitingSince = now;
        }
    }

    SessionPlan(BitswapLimits limits, Effects effects) {
        this.limits = limits;
        this.effects = effects;
    }

    /** Adds a want; {@link #assign} after the last one. */
    void add(Cid cid, Instant now) {
        if (!wanted.containsKey(cid)) {
            Wanted want = new Wanted(cid, now);
            wanted.put(cid, want);
            unassigned.add(want);
        }
    }

    /** Adds a peer to ask; false when it is known or there are enough. */
    boolean addProvider(PeerId peer, Instant now) {
        if (providers.containsKey(peer) || providers.size() >= limits.requests().providersPerSession()) {
            return false;
        }
        providers.put(peer, new Provider(peer, now));
        unassigned.forEach(want -> want.exhausted = false);
        assign(now);
        return true;
    }

    boolean knows(PeerId peer) {
        return providers.containsKey(peer);
    }

    boolean wants(Cid cid) {
        return wanted.containsKey(cid);
    }

    /** Whether a peer was told that the block is wanted. */
    boolean told(PeerId peer, Cid cid) {
        Wanted want = wanted.get(cid);
        return want != null && want.told.contains(peer);
    }

    int size() {
        return wanted.size();
    }

    /** A peer sent something, whatever it was. */
    void heard(PeerId peer, Instant now) {
        Provider provider = providers.get(peer);
        if (provider != null) {
            provider.heard(now);
        }
    }

    /** A block came and matches; whether it was wanted. */
    boolean received(PeerId from, Cid cid, int bytes, Instant now) {
        Wanted want = wanted.remove(cid);
        if (want == null) {
            return false;
        }
        unassigned.remove(want);
        Provider sender = providers.get(from);
        if (sender != null && sender.release(cid)) {
            sender.delivered(bytes, now);
        }
        withdraw(want, from);
        assign(now);
        return true;
    }

    /** Takes a want back wherever it was told, except where it was answered by the block. */
    private void withdraw(Wanted want, @Nullable PeerId answered) {
        Provider asked = want.asked;
        if (asked != null) {
            asked.release(want.cid);
        }
        for (PeerId peer : want.told) {
            boolean open =
                    !want.haves.contains(peer) || (asked != null && asked.id().equals(peer));
            if (open && !peer.equals(answered)) {
                effects.cancel(peer, want.cid);
            }
        }
    }

    /** A peer says that it has a block. */
    void have(PeerId peer, Cid cid, Instant now) {
        Wanted want = wanted.get(cid);
        if (want != null && want.told.contains(peer)) {
            want.haves.add(peer);
            want.denied.remove(peer);
            assign(now);
        }
    }

    /** A peer says that it does not have a block. */
    void denied(PeerId peer, Cid cid, Instant now) {
        Wanted want = wanted.get(cid);
        if (want == null || !want.told.contains(peer)) {
            return;
        }
        want.denied.add(peer);
        want.haves.remove(peer);
        Provider provider = providers.get(peer);
        if (provider != null) {
            provider.denied();
            if (want.asked == provider) {
                release(want, now);
            }
        }
        assign(now);
    }

    private void release(Wanted want, Instant now) {
        Provider asked = want.asked;
        if (asked != null) {
            asked.release(want.cid);
            want.asked = null;
            want.waitingSince = now;
            unassigned.add(want);
        }
    }

    /** A peer cannot be reached any more. */
    void lost(PeerId peer, Instant now) {
        Provider provider = providers.remove(peer);
        if (provider != null) {
            releaseAll(provider, now);
            wanted.values().forEach(want -> {
                want.told.remove(peer);
                want.haves.remove(peer);
            });
            assign(now);
        }
    }

    /** What a peer was asked for may have been lost on the way. */
    void interrupted(PeerId peer, Instant now) {
        Provider provider = providers.get(peer);
        if (provider != null) {
            strike(provider, now);
            assign(now);
        }
    }

    private void releaseAll(Provider provider, Instant now) {
        for (Cid cid : provider.asked()) {
            Wanted want = wanted.get(cid);
            if (want != null) {
                release(want, now);
            }
        }
    }

    private void strike(Provider provider, Instant now) {
        for (Cid cid : provider.asked()) {
            effects.cancel(provider.id(), cid);
        }
        releaseAll(provider, now);
        if (provider.strike(now) >= MAX_STRIKES) {
            providers.remove(provider.id());
        }
    }

    /** Time passed: silent providers lose their wants, wants that nobody can be asked for fail. */
    List<PeerId> tick(Instant now) {
        List<PeerId> silent = new ArrayList<>();
        for (Provider provider : List.copyOf(providers.values())) {
            if (provider.isSilent(limits.times().patience(), now)) {
                silent.add(provider.id());
                strike(provider, now);
            }
        }
        assign(now);
        Duration most = limits.times().noProvider();
        for (Wanted want : List.copyOf(unassigned)) {
            boolean tooLate = Duration.between(want.waitingSince, now).compareTo(most) > 0;
            if (tooLate && (providers.isEmpty() || want.exhausted)) {
                fail(
                        want.cid,
                        new ExchangeException(
                                ExchangeException.Kind.TIMEOUT,
                                "expected a provider of %s, but found none".formatted(want.cid)));
            }
        }
        return silent;
    }

    /** Gives a want up. */
    void fail(Cid cid, ExchangeException cause) {
        Wanted want = wanted.remove(cid);
        if (want != null) {
            unassigned.remove(want);
            withdraw(want, null);
            effects.failed(cid, cause);
        }
    }

    /** Gives out what can be given out. */
    void assign(Instant now) {
        List<Wanted> scanned = unassigned.stream().limit(SCANNED_AT_ONCE).toList();
        for (Wanted want : scanned) {
            if (providers.values().stream().noneMatch(p -> p.hasRoom(limits.requests()))) {
                break;
            }
            Optional<Provider> best = choose(want);
            if (best.isPresent()) {
                ask(best.get(), want, now);
            }
        }
        if (unassigned.isEmpty()) {
            moveOne(now);
        } else {
            reportExhausted(scanned);
        }
    }

    private void reportExhausted(List<Wanted> scanned) {
        for (Wanted want : scanned) {
            boolean hopeless = want.asked == null && want.denied.containsAll(providers.keySet());
            if (hopeless && !want.exhausted && wanted.get(want.cid) == want) {
                want.exhausted = true;
                effects.exhausted(want.cid);
            }
        }
    }

    private Optional<Provider> choose(Wanted want) {
        Provider best = null;
        double bestMillis = 0;
        for (Provider provider : providers.values()) {
            if (!provider.hasRoom(limits.requests()) || want.denied.contains(provider.id())) {
                continue;
            }
            // Who said to have it is better than who may not.
            boolean sure = provider.isProven() || want.haves.contains(provider.id());
            double millis = provider.finishMillis() * (sure ? 1 : 4);
            if (best == null || millis < bestMillis) {
                best = provider;
                bestMillis = millis;
            }
        }
        return Optional.ofNullable(best);
    }

    private void ask(Provider provider, Wanted want, Instant now) {
        unassigned.remove(want);
        if (++want.attempts > limits.requests().attempts()) {
            fail(
                    want.cid,
                    new ExchangeException(
                            ExchangeException.Kind.TIMEOUT,
                            "expected %s after asking %d times, but found nothing"
                                    .formatted(want.cid, want.attempts - 1)));
            return;
        }
        provider.ask(want.cid, now);
        want.asked = provider;
        want.told.add(provider.id());
        want.haves.remove(provider.id());
        effects.ask(provider.id(), want.cid, false);
        if (!provider.isProven()) {
            askBeside(provider, want);
        }
    }

    private void askBeside(Provider chosen, Wanted want) {
        int count = 0;
        for (Provider other : providers.values()) {
            if (other != chosen && count < ASKED_BESIDE && !want.denied.contains(other.id())) {
                count++;
                if (want.told.add(other.id())) {
                    effects.ask(other.id(), want.cid, true);
                }
            }
        }
    }

    /** Near the end: the slowest must not hold up all. */
    private void moveOne(Instant now) {
        Provider slowest = null;
        for (Provider provider : providers.values()) {
            if (provider.load() > 0 && (slowest == null || provider.finishMillis() > slowest.finishMillis())) {
                slowest = provider;
            }
        }
        if (slowest == null) {
            return;
        }
        for (Provider idle : providers.values()) {
            boolean quicker =
                    idle.load() == 0 && 2 * idle.finishMillis() + WORTH_MOVING_MILLIS < slowest.finishMillis();
            if (quicker && move(slowest, idle, now)) {
                return;
            }
        }
    }

    private boolean move(Provider from, Provider to, Instant now) {
        List<Cid> asked = from.asked();
        for (int i = asked.size() - 1; i >= 0; i--) {
            Wanted want = wanted.get(asked.get(i));
            if (want != null && !want.moved && !want.denied.contains(to.id())) {
                want.moved = true;
                effects.cancel(from.id(), want.cid);
                want.told.remove(from.id());
                release(want, now);
                ask(to, want, now);
                return true;
            }
        }
        return false;
    }

    /** The ids of all wants. */
    List<Cid> wants() {
        return List.copyOf(wanted.keySet());
    }
}
