package beacon.node.storage;

import beacon.dht.blockstore.Blockstore;
import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.libp2p.Limits;
import beacon.dht.node.DhtConfig;
import beacon.dht.node.DhtLoop;
import beacon.dht.node.DhtNode;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import beacon.node.announce.Announcing;
import beacon.node.artifacts.FleetNode;
import beacon.node.blocks.BlockService;
import beacon.node.blocks.StoreFolder;
import beacon.node.deletion.Holder;
import beacon.node.holdings.NewStore;
import beacon.node.introduction.Credentials;
import beacon.node.introduction.Guests;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

/**
 * Blocks in a folder, on a DHT node: takes them from whoever introduced itself, gives them to whoever asks. Its name is
 * its key, which lies in its folder, so that it is the same node after a restart and at another address.
 */
public final class StorageNode implements AutoCloseable {
    /** Blocks are large, and read once: the kernel's cache is enough for the rest. */
    private static final long CACHE_BYTES = 8 << 20;

    private static final int MOST_MET = 64;
    private static final String DHT_FOLDER = "dht";
    private static final String BLOCKS_FOLDER = "blocks";
    private static final String RELEASES_FILE = "releases";

    private final Settings settings;
    private final StoreFolder folder;
    private final DhtNode dht;
    private final Guests guests;
    private final BlockService blocks;
    private final Scrubbing scrubbing;
    private final Announcing announcing;

    /**
     * What a node is told.
     *
     * @param directory for key, records and blocks
     * @param listen where it listens; port 0 takes a free one
     * @param advertised what others dial; empty for what it listens on
     * @param domain failure domain; empty for one of its own
     * @param scrubPass time in which every block is read once
     * @param kad how it takes part in the DHT
     * @param credentials of its process; who is of the same cluster may place blocks
     * @param agent free text that others see
     */
    public record Settings(
            Path directory,
            Multiaddr listen,
            List<Multiaddr> advertised,
            String domain,
            long capacityBytes,
            Duration scrubPass,
            KadConfig kad,
            Credentials credentials,
            String agent) {
        public Settings {
            advertised = List.copyOf(advertised);
        }
    }

    private StorageNode(Settings settings, Optional<DhtLoop> loop) {
        this.settings = settings;
        this.folder =
                StoreFolder.open(settings.directory().resolve(BLOCKS_FOLDER), settings.capacityBytes(), CACHE_BYTES);
        DhtConfig config = new DhtConfig(
                Optional.of(settings.directory().resolve(DHT_FOLDER)),
                List.of(settings.listen()),
                Limits.forLoopback(),
                settings.kad(),
                DhtConfig.Upkeep.DEFAULT,
                settings.agent(),
                settings.advertised());
        DhtNode started;
        try {
            started = loop.map(shared -> DhtNode.start(config, shared)).orElseGet(() -> DhtNode.start(config));
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
        this.dht = started;
        Executor checks = ForkJoinPool.commonPool();
        this.guests = dht.ask(() -> Guests.receive(dht.host(), settings.credentials(), checks, InstantSource.system()))
                .join();
        this.blocks = BlockService.start(
                dht.host(), new BlockService.Settings(folder.blocks(), dht.keys(), Optional.of(guests)));
        this.scrubbing = Scrubbing.start(folder.blocks(), settings.scrubPass(), InstantSource.system());
        this.announcing = Announcing.start(dht, folder.blocks());
    }

    /**
     * Starts a node; it serves when this returns.
     *
     * @throws beacon.node.blocks.StoreInUse when another process has its folder open
     */
    public static StorageNode start(Settings settings) {
        return new StorageNode(settings, Optional.empty());
    }

    /** Starts a node that shares its loop with others of this process. */
    public static StorageNode start(Settings settings, DhtLoop shared) {
        return new StorageNode(settings, Optional.of(shared));
    }

    public PeerId id() {
        return dht.host().id();
    }

    /** What the log is to say of it. */
    public FleetNode self() {
        return new FleetNode(
                id(),
                dht.host().listenAddresses(),
                settings.domain(),
                settings.capacityBytes(),
                settings.capacityBytes(),
                true,
                true);
    }

    public DhtNode dht() {
        return dht;
    }

    public BlockService blocks() {
        return blocks;
    }

    /** Its blocks on the disk. */
    public Blockstore store() {
        return folder.blocks();
    }

    /** What it is for deletions. */
    public Holder holder() {
        return new Holder(id(), store(), dht.keys(), settings.directory().resolve(RELEASES_FILE));
    }

    /** Its store, unless it proved earlier what it has. */
    public Optional<NewStore> newStore() {
        return folder.isNew() ? Optional.of(new NewStore(id(), store(), folder::prove)) : Optional.empty();
    }

    /** What it announces in the DHT. */
    public Announcing announcing() {
        return announcing;
    }

    /** Meets others, so that the DHT knows them; of very many a few, who know the rest. */
    public void meet(List<FleetNode> others) {
        List<KadPeer> peers = new ArrayList<>(others.stream()
                .filter(other -> !other.id().equals(id()) && other.holds())
                .map(other -> new KadPeer(other.id(), other.addresses()))
                .toList());
        Collections.shuffle(peers);
        List<KadPeer> few = peers.subList(0, Math.min(MOST_MET, peers.size()));
        CompletableFuture<Void> unused = dht.call(() -> dht.service().meet(few));
    }

    /** Whether it knows nobody in the DHT. */
    public boolean isAlone() {
        return dht.ask(() -> dht.kademlia().table().size() == 0).join();
    }

    @Override
    public void close() {
        scrubbing.close();
        blocks.close();
        dht.ask(() -> {
                    announcing.close();
                    guests.close();
                    return true;
                })
                .join();
        dht.close();
        folder.close();
    }
}
