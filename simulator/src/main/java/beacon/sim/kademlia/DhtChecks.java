package beacon.sim.kademlia;

import beacon.dht.kademlia.KadKey;
import beacon.dht.kademlia.ProviderRecord;
import beacon.dht.kademlia.RoutingTable;
import beacon.sim.kademlia.DhtOutcome.Violation;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges what the nodes keep, by looking into them. A content is judged while one of its providers has been up, in the
 * main part of the network and undisturbed for the grace: so long it may take to announce everything after a start.
 */
final class DhtChecks {
    /** From a start, a move or a cut to where everything has to be announced again. */
    static final long GRACE = 30 * World.MINUTE;

    private static final long EVERY = 2 * World.MINUTE;

    private final World world;
    private final List<DhtPeer> peers;
    private final List<ByteString> contents;
    private final Map<ByteString, List<DhtPeer>> owners = new LinkedHashMap<>();
    private @Nullable Violation violation;

    DhtChecks(World world, List<DhtPeer> peers, List<ByteString> contents) {
        this.world = world;
        this.peers = peers;
        this.contents = contents;
    }

    void placed(ByteString content, DhtPeer owner) {
        owners.computeIfAbsent(content, key -> new ArrayList<>()).add(owner);
    }

    void begin() {
        world.every(EVERY, this::check);
    }

    Optional<Violation> violation() {
        return Optional.ofNullable(violation);
    }

    void violate(DhtInvariant invariant, String text) {
        if (violation == null) {
            violation = new Violation(invariant, world.now(), text);
        }
    }

    /** Undisturbed, in the main part of the network, for the grace. */
    boolean isSteady(DhtPeer peer) {
        return peer.isUp()
                && peer.machine.side == 0
                && peer.machine.slowness == 1
                && peer.steadySince() + GRACE <= world.now();
    }

    /** The providers by which a content is judged now. */
    List<DhtPeer> steadyOwners(ByteString content) {
        return owners.getOrDefault(content, List.of()).stream()
                .filter(this::isSteady)
                .toList();
    }

    private void check() {
        for (ByteString content : contents) {
            List<DhtPeer> living = steadyOwners(content);
            if (!living.isEmpty() && !isRecorded(content, living)) {
                violate(
                        DhtInvariant.PROVIDER_RECORD_NEVER_EXPIRES_WHILE_PINNED,
                        "content %d is provided by node %d, and no server has a record that leads there"
                                .formatted(contents.indexOf(content), living.get(0).machine.number));
                return;
            }
        }
        for (DhtPeer peer : peers) {
            if (peer.isUp()) {
                checkBounds(peer);
            }
        }
    }

    private boolean isRecorded(ByteString content, List<DhtPeer> living) {
        for (DhtPeer server : peers) {
            if (!server.isUp() || server.machine.side != 0) {
                continue;
            }
            for (ProviderRecord record : server.kademlia().recordsOf(content)) {
                for (DhtPeer owner : living) {
                    if (owner != server && leadsTo(record, owner)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean leadsTo(ProviderRecord record, DhtPeer owner) {
        return record.provider().id().equals(owner.id)
                && record.provider().addresses().contains(owner.address());
    }

    private void checkBounds(DhtPeer peer) {
        RoutingTable table = peer.kademlia().table();
        for (int prefix = 0; prefix < KadKey.BITS; prefix++) {
            int[] sizes = table.bucketSizes(prefix);
            if (sizes[0] > DhtSimulation.K || sizes[1] > DhtSimulation.K) {
                violate(
                        DhtInvariant.ROUTING_TABLE_BOUNDED,
                        "node %d has %d members and %d waiting ones in bucket %d"
                                .formatted(peer.machine.number, sizes[0], sizes[1], prefix));
            }
        }
        SimHost.Bounds bounds = SimHost.Bounds.DEFAULT;
        int records = peer.kademlia().providerRecords();
        if (records > peer.kademlia().config().limits().maxProviderRecords()
                || peer.host().peers().size() > bounds.peers()
                || peer.host().connectionCount() > 2 * bounds.connections()) {
            violate(
                    DhtInvariant.MEMORY_BOUNDED,
                    "node %d keeps %d records, %d peers and %d connections"
                            .formatted(
                                    peer.machine.number,
                                    records,
                                    peer.host().peers().size(),
                                    peer.host().connectionCount()));
        }
    }
}
