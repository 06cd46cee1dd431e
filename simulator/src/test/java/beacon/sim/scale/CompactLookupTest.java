package beacon.sim.scale;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.kademlia.GroupLimits;
import beacon.dht.kademlia.KadKey;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.Lookup;
import beacon.dht.kademlia.RoutingTable;
import beacon.dht.kademlia.TableEntry;
import beacon.dht.wire.PeerId;
import beacon.sim.scale.CompactTables.Selection;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compact nodes against the production classes: the same tables, the same walks. */
class CompactLookupTest {
    private static final int NODES = 1_200;
    private static final int K = 20;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final SplittableRandom random = new SplittableRandom(5);
    private final List<KadPeer> peers = new ArrayList<>();
    private final Map<PeerId, Integer> indexOf = new LinkedHashMap<>();
    private final List<RoutingTable> full = new ArrayList<>();
    private CompactTables compact = new CompactTables(new long[] {1}, K);

    @BeforeEach
    void theSameTables() {
        List<PeerId> ids = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            ByteBuffer key = ByteBuffer.allocate(36).putInt(0x08011220);
            while (key.hasRemaining()) {
                key.putLong(random.nextLong());
            }
            ids.add(PeerId.ofPublicKey(ByteString.copyFrom(key.array())));
        }
        ids.sort(Comparator.comparing(KadKey::of));
        compact = new CompactTables(
                ids.stream().mapToLong(id -> KadKey.of(id).a()).toArray(), K);
        compact.fill(random);
        for (PeerId id : ids) {
            indexOf.put(id, peers.size());
            peers.add(new KadPeer(id, List.of()));
        }
        for (int node = 0; node < NODES; node++) {
            RoutingTable table = new RoutingTable(KadKey.of(ids.get(node)), K, GroupLimits.NONE);
            for (int bucket = 0; bucket < CompactTables.BUCKETS; bucket++) {
                for (int i = 0; i < compact.count(node, bucket); i++) {
                    table.offer(peers.get(compact.member(node, bucket, i)), NOW);
                }
            }
            full.add(table);
        }
    }

    private ByteString content() {
        byte[] bytes = new byte[34];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    @Test
    void tablesNameTheSamePeers() {
        Selection selection = new Selection(K + 1);
        for (int i = 0; i < 2_000; i++) {
            int node = random.nextInt(NODES);
            KadKey target = KadKey.of(content());
            int wanted = 1 + random.nextInt(K);

            int count = compact.closest(node, target.a(), wanted, -1, selection);

            List<Integer> expected = full.get(node).closest(target, wanted).stream()
                    .map(TableEntry::id)
                    .map(indexOf::get)
                    .toList();
            assertThat(Arrays.stream(selection.peers).limit(count).boxed().toList())
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void walksAskTheSamePeersInTheSameOrderAndTakeTheSameHops() {
        int hops = 0;
        for (int i = 0; i < 300; i++) {
            int from = random.nextInt(NODES);
            KadKey target = KadKey.of(content());
            int silentEvery = i % 3 == 0 ? 7 : Integer.MAX_VALUE;

            Walk expected = fullWalk(from, target, silentEvery);
            Walk found = compactWalk(from, target.a(), silentEvery);

            assertThat(found).isEqualTo(expected);
            hops += found.hops();
        }
        assertThat(hops).isGreaterThan(300);
    }

    private record Walk(List<Integer> asked, List<Integer> closest, int hops, int messages) {}

    private Walk fullWalk(int from, KadKey target, int silentEvery) {
        Lookup lookup = new Lookup(
                target,
                peers.get(from).id(),
                CompactSimulation.CLOSEST,
                full.get(from).closest(target, K).stream().map(TableEntry::peer).toList());
        List<Integer> asked = new ArrayList<>();
        Deque<KadPeer> underway = new ArrayDeque<>(lookup.next());
        while (!lookup.isDone()) {
            KadPeer peer = underway.remove();
            int index = indexOf.get(peer.id());
            asked.add(index);
            if (index % silentEvery == silentEvery - 1) {
                lookup.failed(peer.id());
            } else {
                lookup.answered(
                        peer.id(),
                        full.get(index).closest(target, K + 1).stream()
                                .map(TableEntry::peer)
                                .filter(named ->
                                        !named.id().equals(peers.get(from).id()))
                                .limit(K)
                                .toList());
            }
            underway.addAll(lookup.next());
        }
        return new Walk(
                asked,
                lookup.closest().stream().map(peer -> indexOf.get(peer.id())).toList(),
                lookup.hops(),
                lookup.messages());
    }

    private Walk compactWalk(int from, long target, int silentEvery) {
        CompactLookup lookup = new CompactLookup(CompactSimulation.CLOSEST);
        Selection selection = new Selection(K + 1);
        int[] next = new int[CompactSimulation.CLOSEST.parallelism()];
        lookup.begin(from, target);
        hear(lookup, selection, compact.closest(from, target, K, -1, selection), 1);
        List<Integer> asked = new ArrayList<>();
        Deque<Integer> underway = new ArrayDeque<>();
        add(underway, next, lookup.next(next));
        while (!lookup.isDone()) {
            int peer = underway.remove();
            asked.add(peer);
            if (peer % silentEvery == silentEvery - 1) {
                lookup.failed(compact.key(peer));
            } else {
                int depth = lookup.answered(compact.key(peer));
                hear(lookup, selection, compact.closest(peer, target, K, from, selection), depth);
            }
            add(underway, next, lookup.next(next));
        }
        return new Walk(asked, Arrays.stream(lookup.closest()).boxed().toList(), lookup.hops(), lookup.messages());
    }

    private void hear(CompactLookup lookup, Selection named, int count, int depth) {
        for (int i = 0; i < count; i++) {
            lookup.hear(named.peers[i], compact.key(named.peers[i]), depth);
        }
    }

    private static void add(Deque<Integer> underway, int[] next, int count) {
        for (int i = 0; i < count; i++) {
            underway.add(next[i]);
        }
    }
}
