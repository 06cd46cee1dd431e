package beacon.sim.cluster;

import beacon.dht.libp2p.PeerKeys;
import beacon.model.NodeId;
import beacon.model.TombstoneVotes;
import beacon.proto.v1.TombstoneVoted;
import beacon.views.pins.ColumnRef;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/** A storage node: what its disk holds, and whether it answers. Columns are whole, rotten or not there. */
final class StorageNode {
    /** Of each number, in every run. */
    private static final Map<Integer, PeerKeys> KEYS = new ConcurrentHashMap<>();

    private final String name;
    private final PeerKeys keys;
    private final NodeId id;
    private final String domain;
    private final long capacity;
    private final Map<ColumnRef, Copy> columns = new LinkedHashMap<>();
    private final Set<ColumnRef> exposed = new LinkedHashSet<>();
    private boolean up = true;
    private Runnable changed = () -> {};
    private boolean full;
    private double slowness = 1;
    private long used;
    private long harmedAt = Long.MIN_VALUE / 2;

    /** A column on the disk. */
    private static final class Copy {
        private final long at;
        private final long bytes;
        private boolean rotten;

        Copy(long at, long bytes, boolean rotten) {
            this.at = at;
            this.bytes = bytes;
            this.rotten = rotten;
        }
    }

    StorageNode(int number, String domain, long capacity) {
        this.name = "n" + number;
        this.keys = KEYS.computeIfAbsent(number, StorageNode::keysOf);
        this.id = NodeId.of(keys.peerId().bytes());
        this.domain = domain;
        this.capacity = capacity;
    }

    private static PeerKeys keysOf(int number) {
        try {
            byte[] name = ("simulated storage node " + number).getBytes(StandardCharsets.US_ASCII);
            return new PeerKeys(MessageDigest.getInstance("SHA-256").digest(name));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    String name() {
        return name;
    }

    NodeId id() {
        return id;
    }

    String domain() {
        return domain;
    }

    long capacity() {
        return capacity;
    }

    boolean isUp() {
        return up;
    }

    void up(boolean is) {
        up = is;
        changed.run();
    }

    /** Has this done whenever it starts or ends. */
    void onChange(Runnable work) {
        changed = work;
    }

    /** How many times longer everything takes. */
    double slowness() {
        return slowness;
    }

    void slowness(double times) {
        slowness = times;
    }

    /** Takes a column; false when there is no room. */
    boolean write(long now, ColumnRef column, long bytes, boolean rotten) {
        Copy before = columns.get(column);
        long more = before == null ? bytes : 0;
        if (full || used + more > capacity) {
            return false;
        }
        used += more;
        columns.put(column, new Copy(now, bytes, rotten));
        exposed.remove(column);
        return true;
    }

    /** Whether the disk has a sound copy, whether or not the node answers. */
    boolean isSound(ColumnRef column) {
        Copy copy = columns.get(column);
        return copy != null && !copy.rotten;
    }

    /** What a reader gets: whether it is sound; nothing when there is no copy. */
    Optional<Boolean> read(ColumnRef column) {
        return Optional.ofNullable(columns.get(column)).map(copy -> !copy.rotten);
    }

    /** When something of the disk was last lost or went bad, in microseconds; long ago when never. */
    long harmedAt() {
        return harmedAt;
    }

    /** Whether it takes nothing more, whatever its capacity. */
    void full(boolean is) {
        full = is;
    }

    /** Columns that were written after a time. */
    List<ColumnRef> since(long time) {
        List<ColumnRef> newer = new ArrayList<>();
        columns.forEach((column, copy) -> {
            if (copy.at > time) {
                newer.add(column);
            }
        });
        return newer;
    }

    /** Columns that are there, in the order in which they came. */
    List<ColumnRef> columns() {
        return List.copyOf(columns.keySet());
    }

    /** Columns that were lost and that the next audit asks for, once. */
    List<ColumnRef> exposed() {
        List<ColumnRef> all = List.copyOf(exposed);
        exposed.clear();
        return all;
    }

    /** Signs for a deletion. */
    TombstoneVoted vote(ByteString manifest, long proposal) {
        byte[] message = TombstoneVotes.toSign(manifest, id.bytes(), proposal);
        return TombstoneVoted.newBuilder()
                .setManifestCid(manifest)
                .setNodeId(id.bytes())
                .setProposal(proposal)
                .setSignature(keys.sign(ByteString.copyFrom(message)))
                .build();
    }

    /** How many columns are there. */
    int size() {
        return columns.size();
    }

    /** Removes all columns but those that are marked and those that came later than a time; which they were. */
    List<ColumnRef> sweep(Set<ColumnRef> marked, long time) {
        List<ColumnRef> swept = new ArrayList<>();
        columns.forEach((column, copy) -> {
            if (copy.at <= time && !marked.contains(column)) {
                swept.add(column);
            }
        });
        for (ColumnRef column : swept) {
            Copy copy = columns.remove(column);
            used -= copy == null ? 0 : copy.bytes;
        }
        exposed.removeAll(swept);
        return swept;
    }

    /** Some columns are lost; which of them there were. */
    List<ColumnRef> lose(long now, List<ColumnRef> some) {
        harmedAt = now;
        List<ColumnRef> lost = new ArrayList<>();
        for (ColumnRef column : some) {
            Copy copy = columns.remove(column);
            if (copy != null) {
                used -= copy.bytes;
                lost.add(column);
            }
        }
        exposed.addAll(lost);
        return lost;
    }

    /** Every column is lost. */
    List<ColumnRef> wipe(long now) {
        harmedAt = now;
        List<ColumnRef> lost = new ArrayList<>(columns.keySet());
        columns.clear();
        used = 0;
        return lost;
    }

    /** A share of the columns goes bad without anybody noticing. */
    List<ColumnRef> rot(long now, double share, SplittableRandom random) {
        harmedAt = now;
        List<ColumnRef> rotten = new ArrayList<>();
        columns.forEach((column, copy) -> {
            if (!copy.rotten && random.nextDouble() < share) {
                copy.rotten = true;
                rotten.add(column);
            }
        });
        return rotten;
    }
}
