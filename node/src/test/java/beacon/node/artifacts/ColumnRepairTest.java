package beacon.node.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.artifact.Coding;
import beacon.dht.artifact.Manifest;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import beacon.node.artifacts.Pin.PinnedGroup;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ColumnRepairTest {
    private static final int CELL = 100;
    private static final Coding CODE = new Coding(10, 4);
    private static final String REPAIR = "repair";
    private static final int LOST = 3;
    private static final int AT_ONCE = 24;
    private static final int HELD_AT_MOST = 64;
    private static final long SEED = 20_261_122;

    private final FakePeers peers = new FakePeers(16, 16);

    private PayloadPlacer.Placed placed() {
        byte[] payload = new byte[10 * CELL * CODE.dataShards()];
        new Random(SEED).nextBytes(payload);
        PayloadPlacer.Settings settings = new PayloadPlacer.Settings(
                peers.nodes, CODE, CELL, ByteString.copyFromUtf8("seed"), Runnable::run, bytes -> {}, StripeLog.NONE);
        try (PayloadPlacer placer = new PayloadPlacer(peers, settings)) {
            placer.write(payload, 0, payload.length);
            return placer.finish(ByteString.copyFrom(new byte[16]), Manifest.BYTES);
        }
    }

    /** One column of the coded group is to be made again on some node. */
    private static ColumnRepair.Task task(Pin pin, PeerId target) {
        PinnedGroup group = pin.groups().get(1);
        Map<Integer, PeerId> whole = new TreeMap<>();
        for (int column = 0; column < CODE.columns(); column++) {
            if (column != LOST) {
                whole.put(column, group.columns().get(column).orElseThrow());
            }
        }
        List<PeerId> manifests =
                pin.groups().get(0).columns().stream().flatMap(Optional::stream).toList();
        return new ColumnRepair.Task(pin.manifest(), 1, LOST, whole, manifests, target);
    }

    private PeerId unused(Pin pin) {
        return peers.nodes.stream()
                .map(FleetNode::id)
                .filter(id -> !pin.groups().get(1).columns().contains(Optional.of(id)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aColumnIsMadeAgainAsItWas() throws Exception {
        Pin pin = placed().pin();
        PeerId target = unused(pin);
        Map<Cid, ByteString> before =
                peers.stored.get(pin.groups().get(1).columns().get(LOST).orElseThrow());

        ColumnRepair.Done done = new ColumnRepair(peers, bytes -> {}).run(task(pin, target));

        assertThat(done.blocksWritten()).isEqualTo(10);
        assertThat(done.bytesRead()).isEqualTo(10L * CODE.dataShards() * CELL);
        assertThat(before).containsAllEntriesOf(peers.stored.get(target));
    }

    @Test
    void repairsTogetherHoldABoundedNumberOfBlocks() throws Exception {
        Pin pin = placed().pin();
        ColumnRepair.Task task = task(pin, unused(pin));
        Held held = new Held(peers);
        ColumnRepair repair = new ColumnRepair(held, bytes -> {});
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, work -> new Thread(work, REPAIR));
        try {
            List<Future<ColumnRepair.Done>> all = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                all.add(threads.submit(() -> repair.run(task)));
            }
            for (Future<ColumnRepair.Done> each : all) {
                assertThat(each.get(60, TimeUnit.SECONDS).blocksWritten()).isEqualTo(10);
            }
        } finally {
            threads.shutdownNow();
        }

        int blocksOfAStripe = CODE.dataShards() + 1;
        assertThat(held.mostStripes.get()).isBetween(2, HELD_AT_MOST / blocksOfAStripe);
    }

    /** Counts stripes between the first block that is asked for and the one that is made of them. */
    private static final class Held implements BlockPeers {
        private final FakePeers peers;
        private final Set<Thread> within = ConcurrentHashMap.newKeySet();
        private final AtomicInteger mostStripes = new AtomicInteger();

        Held(FakePeers peers) {
            this.peers = peers;
        }

        @Override
        public CompletableFuture<ByteString> fetch(PeerId node, Cid cid) {
            CompletableFuture<ByteString> bytes = peers.fetch(node, cid);
            // Lists are read before; what is asked for once more because it takes long, other threads ask for.
            if (bytes.join().size() == CELL && Thread.currentThread().getName().startsWith(REPAIR)) {
                within.add(Thread.currentThread());
                mostStripes.accumulateAndGet(within.size(), Math::max);
                LockSupport.parkNanos(100_000);
            }
            return bytes;
        }

        @Override
        public CompletableFuture<Void> place(PeerId node, Cid cid, ByteString bytes) {
            within.remove(Thread.currentThread());
            return peers.place(node, cid, bytes);
        }

        @Override
        public CompletableFuture<Boolean> shows(PeerId node, Cid cid) {
            return peers.shows(node, cid);
        }

        @Override
        public CompletableFuture<Duration> ping(PeerId node) {
            return peers.ping(node);
        }
    }
}
