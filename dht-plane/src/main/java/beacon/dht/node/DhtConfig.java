package beacon.dht.node;

import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.libp2p.Limits;
import beacon.dht.wire.Multiaddr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Settings of a running node.
 *
 * @param directory where its key, its peers and its records are; empty for a node with a new name that keeps nothing
 * @param listen addresses to listen at; port 0 takes a free one
 * @param limits of the host
 * @param kad of the DHT
 * @param upkeep of what it announces and keeps
 * @param agent free text that others see
 * @param advertised where others are told to reach it; empty for where it listens
 */
public record DhtConfig(
        Optional<Path> directory,
        List<Multiaddr> listen,
        Limits limits,
        KadConfig kad,
        Upkeep upkeep,
        String agent,
        List<Multiaddr> advertised) {
    public DhtConfig {
        listen = List.copyOf(listen);
        advertised = List.copyOf(advertised);
    }

    /** A node that is reached where it listens. */
    public DhtConfig(
            Optional<Path> directory,
            List<Multiaddr> listen,
            Limits limits,
            KadConfig kad,
            Upkeep upkeep,
            String agent) {
        this(directory, listen, limits, kad, upkeep, agent, List.of());
    }

    /** The same with one more peer to start from. */
    public DhtConfig withBootstrap(KadPeer peer) {
        List<KadPeer> all = new ArrayList<>(kad.bootstrap());
        all.add(peer);
        KadConfig more = new KadConfig(
                kad.protocol(),
                kad.server(),
                kad.bucketSize(),
                kad.parallelism(),
                kad.disjointPaths(),
                all,
                kad.limits(),
                kad.times());
        return new DhtConfig(directory, listen, limits, more, upkeep, agent, advertised);
    }

    /**
     * What a node announces, and when it writes.
     *
     * @param announceAgain after so long; well before the records expire
     * @param maxContents in the schedule
     * @param save time between two writes of everything
     */
    public record Upkeep(Duration announceAgain, int maxContents, Duration save) {
        public static final Upkeep DEFAULT = new Upkeep(Duration.ofHours(22), 1_000_000, Duration.ofMinutes(5));
    }
}
