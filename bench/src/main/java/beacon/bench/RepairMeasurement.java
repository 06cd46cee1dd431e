package beacon.bench;

import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientOptions;
import beacon.model.Cid;
import beacon.node.artifacts.BlockPeers;
import beacon.node.artifacts.Catalogue;
import beacon.node.artifacts.ColumnRepair;
import beacon.node.artifacts.FleetClient;
import beacon.node.artifacts.Pin;
import beacon.node.introduction.Credentials;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.ResolveRequest;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a repair reads. The columns of one node are made again from the others as if it were gone; every byte that came
 * from a storage node counts, also of blocks that were asked for too many, of the manifest and of its lists.
 */
final class RepairMeasurement {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final double GOAL = 1.05;

    private final EmbeddedCluster cluster;
    private final Settings settings;
    private final Progress progress;

    RepairMeasurement(EmbeddedCluster cluster, Settings settings, Progress progress) {
        this.cluster = cluster;
        this.settings = settings;
        this.progress = progress;
    }

    /** Storage nodes, and what came from them. */
    private record CountingPeers(BlockPeers peers, AtomicLong bytes, AtomicLong underway) implements BlockPeers {
        @Override
        public CompletableFuture<Void> place(PeerId node, Cid cid, ByteString block) {
            return peers.place(node, cid, block);
        }

        @Override
        public CompletableFuture<ByteString> fetch(PeerId node, Cid cid) {
            underway.incrementAndGet();
            return peers.fetch(node, cid).whenComplete((block, failure) -> {
                if (block != null) {
                    bytes.addAndGet(block.size());
                }
                underway.decrementAndGet();
            });
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

    Result run() {
        List<Double> runs = new ArrayList<>();
        try (BeaconClient client = BeaconClient.open(new ClientOptions(cluster.endpoints(), cluster.tls(), TIMEOUT));
                FleetClient fleet = FleetClient.open(Credentials.read(cluster.tls()), TIMEOUT, "bench")) {
            Catalogue catalogue = new Catalogue(client, TIMEOUT);
            fleet.know(catalogue.nodes());
            Cid manifest = Cid.of(BeaconClient.await(client.resolve(ResolveRequest.newBuilder()
                            .setAddress(FilesMeasurement.ADDRESS)
                            .build()))
                    .getPointer()
                    .getCid());
            Pin pin = catalogue.pin(manifest).orElseThrow();
            for (int run = 0; run < settings.runs(); run++) {
                CountingPeers peers = new CountingPeers(fleet, new AtomicLong(), new AtomicLong());
                runs.add(amplification(peers, pin, run));
                progress.say("repair, run %d: %.4f".formatted(run + 1, runs.get(run)));
            }
        }
        return Result.within("repair_read_amplification", Unit.TIMES, runs, GOAL);
    }

    /** Bytes read for the columns of one node, of what k columns of each have. */
    private static double amplification(CountingPeers peers, Pin pin, int run) {
        ColumnRepair repair = new ColumnRepair(peers, bytes -> {});
        List<PeerId> copies =
                pin.groups().get(0).columns().stream().flatMap(Optional::stream).toList();
        long needed = 0;
        for (int group = 1; group < pin.groups().size(); group++) {
            Pin.PinnedGroup coded = pin.groups().get(group);
            int lost = run % coded.columns().size();
            Map<Integer, PeerId> whole = new LinkedHashMap<>();
            for (int column = 0; column < coded.columns().size(); column++) {
                if (column != lost) {
                    whole.put(column, coded.columns().get(column).orElseThrow());
                }
            }
            PeerId target = coded.columns().get(lost).orElseThrow();
            run(repair, new ColumnRepair.Task(pin.manifest(), group, lost, whole, copies, target));
            needed += coded.coding().dataShards() * coded.columnBytes();
        }
        MemberCluster.await(
                "blocks that were asked for too many",
                TIMEOUT,
                () -> peers.underway().get() == 0);
        return (double) peers.bytes().get() / needed;
    }

    private static void run(ColumnRepair repair, ColumnRepair.Task task) {
        try {
            repair.run(task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("expected to repair a column, but was interrupted");
        }
    }
}
