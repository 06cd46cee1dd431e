package beacon.sim.kademlia;

import beacon.dht.kademlia.KadKey;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.LookupResult;
import beacon.dht.kademlia.Providers;
import beacon.dht.wire.PeerId;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Those who look for contents and peers all the time, from any node, and judge what they find. */
final class DhtReaders {
    private static final long EVERY = 45 * World.SECOND;
    private static final long[] TRY_AGAIN = {World.MINUTE, 5 * World.MINUTE};
    /** The query's deadline, and that of the requests that may follow it. */
    private static final long LONGEST = 21 * World.SECOND;

    private static final int ENOUGH_PROVIDERS = 6;
    private static final int MOST_MESSAGES = 2 * 8 * DhtSimulation.K;
    private static final int MOST_HOPS = 16;
    private static final double CLOSEST_FOUND = 0.95;

    private final World world;
    private final DhtChecks checks;
    private final List<DhtPeer> peers;
    private final List<ByteString> contents;
    private final SplittableRandom random;
    private final List<Integer> hops = new ArrayList<>();
    private int lookups;
    private int tries;
    private long slowestMicros;
    private int closestWanted;
    private int closestFound;

    DhtReaders(World world, DhtChecks checks, List<DhtPeer> peers, List<ByteString> contents) {
        this.world = world;
        this.checks = checks;
        this.peers = peers;
        this.contents = contents;
        this.random = world.random("readers");
    }

    void begin() {
        world.every(EVERY, () -> {
            ByteString content = contents.get(random.nextInt(3) == 0 ? 0 : random.nextInt(contents.size()));
            search(content, 0);
            reader().ifPresent(peer -> walk(peer, false));
        });
    }

    /** Every content once more, and whether look-ups find who is closest. */
    void finish(boolean judgesClosest) {
        contents.forEach(content -> search(content, 0));
        for (int i = 0; i < 50; i++) {
            reader().ifPresent(peer -> walk(peer, true));
        }
        world.after(World.MINUTE, () -> {
            if (judgesClosest && closestFound < CLOSEST_FOUND * closestWanted) {
                checks.violate(
                        DhtInvariant.CLOSEST_ARE_FOUND,
                        "%d of the %d closest servers were found".formatted(closestFound, closestWanted));
            }
        });
    }

    private Optional<DhtPeer> reader() {
        List<DhtPeer> steady = peers.stream().filter(checks::isSteady).toList();
        return steady.isEmpty() ? Optional.empty() : Optional.of(steady.get(random.nextInt(steady.size())));
    }

    private void search(ByteString content, int attempt) {
        Optional<DhtPeer> reader = reader();
        if (reader.isEmpty() || checks.steadyOwners(content).isEmpty()) {
            return;
        }
        lookups += attempt == 0 ? 1 : 0;
        DhtPeer from = reader.get();
        watched(from, "providers", from.kademlia().findProviders(content, ENOUGH_PROVIDERS), (found, failure) -> {
            List<KadPeer> named = found == null ? List.of() : found.peers();
            if (found != null && found.messages() > MOST_MESSAGES) {
                checks.violate(
                        DhtInvariant.LOOKUP_ENDS,
                        "a look-up from node %d sent %d requests".formatted(from.machine.number, found.messages()));
            }
            List<DhtPeer> living = checks.steadyOwners(content);
            boolean finds = living.stream().anyMatch(owner -> named.stream().anyMatch(peer -> leadsTo(peer, owner)));
            world.say("node %d, content %d: %d providers%s, %d requests"
                    .formatted(
                            from.machine.number,
                            contents.indexOf(content),
                            named.size(),
                            finds ? "" : ", none lives",
                            found == null ? 0 : found.messages()));
            if (!finds && !living.isEmpty()) {
                again(content, attempt, from);
            }
        });
    }

    private void again(ByteString content, int attempt, DhtPeer from) {
        tries++;
        if (attempt < TRY_AGAIN.length) {
            world.after(TRY_AGAIN[attempt], () -> search(content, attempt + 1));
        } else {
            checks.violate(
                    DhtInvariant.LOOKUP_FINDS_A_PROVIDER,
                    "content %d was not found from node %d, nor from others before"
                            .formatted(contents.indexOf(content), from.machine.number));
        }
    }

    private static boolean leadsTo(KadPeer found, DhtPeer owner) {
        return found.id().equals(owner.id) && found.addresses().contains(owner.address());
    }

    /** A look-up of a crowd: it has to end, and need not find anything. */
    void look(DhtPeer from, ByteString content) {
        if (from.isUp()) {
            CompletionStage<Providers> looking = from.kademlia().findProviders(content, ENOUGH_PROVIDERS);
            watched(
                    from,
                    "crowd",
                    looking,
                    (found, failure) -> world.say("node %d of the crowd: %d requests"
                            .formatted(from.machine.number, found == null ? 0 : found.messages())));
        }
    }

    private void walk(DhtPeer from, boolean counts) {
        ByteString key = DhtSimulation.content(random);
        watched(from, "closest", from.kademlia().closestPeers(key), (found, failure) -> {
            if (found == null) {
                return;
            }
            hops.add(found.hops());
            if (found.hops() > MOST_HOPS || found.messages() > MOST_MESSAGES) {
                checks.violate(
                        DhtInvariant.LOOKUP_ENDS,
                        "a walk from node %d took %d hops and %d requests"
                                .formatted(from.machine.number, found.hops(), found.messages()));
            }
            if (counts) {
                count(from, key, found);
            }
        });
    }

    private void count(DhtPeer from, ByteString key, LookupResult found) {
        KadKey target = KadKey.of(key);
        List<PeerId> truth = peers.stream()
                .filter(peer -> peer != from && checks.isSteady(peer))
                .map(peer -> peer.id)
                .sorted(Comparator.comparing(KadKey::of, target.byDistance()))
                .limit(DhtSimulation.K)
                .toList();
        closestWanted += truth.size();
        closestFound += (int) truth.stream()
                .filter(id ->
                        found.closest().stream().anyMatch(peer -> peer.id().equals(id)))
                .count();
    }

    /** What becomes of a look-up. */
    private interface Then<T> {
        void end(@Nullable T found, @Nullable Throwable failure);
    }

    private <T> void watched(DhtPeer from, String what, CompletionStage<T> lookup, Then<T> then) {
        long start = world.now();
        SimHost host = from.host();
        boolean[] ended = new boolean[1];
        lookup.whenComplete((found, failure) -> {
            ended[0] = true;
            slowestMicros = Math.max(slowestMicros, world.now() - start);
            then.end(found, failure);
        });
        world.after(LONGEST, () -> {
            if (!ended[0] && !host.isClosed()) {
                checks.violate(
                        DhtInvariant.LOOKUP_ENDS,
                        "a look-up (%s) from node %d is not over after %d s"
                                .formatted(what, from.machine.number, LONGEST / World.SECOND));
            }
        });
    }

    DhtOutcome.Figures figures(Wire wire) {
        hops.sort(null);
        return new DhtOutcome.Figures(
                wire.messages(),
                wire.bytes(),
                lookups,
                tries,
                hops.isEmpty() ? 0 : hops.get(hops.size() / 2),
                hops.isEmpty() ? 0 : hops.get(hops.size() - 1),
                slowestMicros / 1_000);
    }
}
