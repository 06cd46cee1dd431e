package beacon.node.artifacts;

import beacon.dht.Stages;
import beacon.dht.artifact.Coding;
import beacon.dht.artifact.Columns;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import beacon.node.artifacts.ArtifactException.Reason;
import beacon.node.artifacts.Pin.PinnedGroup;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Brings the stripes of one group to the nodes of its columns. While two stripes are on their way, one to disks and one to
 * nodes, the next one may be made. When a node fails, its column goes to another one: what was placed of it before is made
 * again from the other columns, so that nothing older than that has to be kept. Belongs to one thread.
 */
final class GroupPlacer {
    private static final int MOST_SENT = 2;

    private final BlockPeers peers;
    private final Allocation allocation;
    private final Coding coding;
    private final int ordinal;
    private final int least;
    private final @Nullable PeerId[] nodes;
    private final List<List<Cid>> listed = new ArrayList<>();
    private final Deque<Sent> sent = new ArrayDeque<>();
    private long columnBytes;

    /**
     * A stripe on its way.
     *
     * @param blocks of each column; of copies the one
     * @param underway by column; without those whose node has failed meanwhile
     */
    private record Sent(List<Block> blocks, Map<Integer, CompletableFuture<Void>> underway) {}

    /**
     * A group.
     *
     * @param least columns without which the group is not placed
     * @throws ArtifactException when there are fewer nodes than that
     */
    GroupPlacer(BlockPeers peers, Allocation allocation, Coding coding, int ordinal, int least) {
        this.peers = peers;
        this.allocation = allocation;
        this.coding = coding;
        this.ordinal = ordinal;
        this.least = least;
        this.nodes = new PeerId[coding.columns()];
        for (int i = 0; i < (coding.isCopies() ? 1 : coding.columns()); i++) {
            listed.add(new ArrayList<>());
        }
        List<Optional<PeerId>> chosen = allocation.choose(ordinal, coding, Map.of());
        for (int column = 0; column < nodes.length; column++) {
            nodes[column] = chosen.get(column).orElse(null);
        }
        requireEnough();
    }

    private void requireEnough() {
        int found = live().size();
        if (found < least) {
            throw new ArtifactException(
                    Reason.NOT_ENOUGH_NODES,
                    "expected at least %d nodes that take blocks for %s, but found %d%s"
                            .formatted(
                                    least,
                                    coding.isCopies() ? coding.columns() + " copies" : coding,
                                    found,
                                    allocation.failures()));
        }
    }

    private Map<Integer, PeerId> live() {
        Map<Integer, PeerId> live = new TreeMap<>();
        for (int column = 0; column < nodes.length; column++) {
            PeerId node = nodes[column];
            if (node != null) {
                live.put(column, node);
            }
        }
        return live;
    }

    /** Stripes that were given. */
    int stripes() {
        return listed.get(0).size();
    }

    /**
     * Takes the next stripe. Returns when the last but one before it is where it belongs.
     *
     * @param blocks of each column; of copies the one
     */
    void stripe(List<Block> blocks) {
        if (sent.size() == MOST_SENT) {
            settle();
        }
        for (int i = 0; i < listed.size(); i++) {
            listed.get(i).add(blocks.get(i).cid());
        }
        columnBytes += blocks.get(0).bytes().size();
        Sent next = new Sent(blocks, new LinkedHashMap<>());
        sent.addLast(next);
        live().forEach((column, node) -> {
            Block block = blocks.get(listOf(column));
            next.underway().put(column, peers.place(node, block.cid(), block.bytes()));
        });
    }

    /** Copies have one list of blocks, all the same. */
    private int listOf(int column) {
        return coding.isCopies() ? 0 : column;
    }

    /** Waits for the oldest stripe on its way, and moves the columns of nodes that did not take it. */
    private void settle() {
        Map<Integer, Throwable> failures = new TreeMap<>();
        sent.getFirst()
                .underway()
                .forEach((column, placing) -> failureOf(placing).ifPresent(cause -> failures.put(column, cause)));
        failures.forEach((column, cause) -> {
            PeerId node = nodes[column];
            if (node != null) {
                allocation.failed(node, cause);
            }
            nodes[column] = null;
            sent.forEach(each -> each.underway().remove(column));
        });
        for (int column : failures.keySet()) {
            replace(column);
        }
        sent.removeFirst();
        if (!failures.isEmpty()) {
            requireEnough();
        }
    }

    private static Optional<Throwable> failureOf(CompletableFuture<?> future) {
        try {
            future.join();
            return Optional.empty();
        } catch (CompletionException e) {
            return Optional.of(Stages.cause(e));
        }
    }

    /** Another node for a column; none when there is none, which leaves the column for the steward to fill. */
    private void replace(int column) {
        while (true) {
            Optional<PeerId> chosen = allocation.choose(ordinal, coding, live()).get(column);
            if (chosen.isEmpty()) {
                return;
            }
            Optional<Throwable> failure = Optional.empty();
            for (int stripe = 0; stripe < stripes() && failure.isEmpty(); stripe++) {
                Block block = block(column, stripe);
                failure = failureOf(peers.place(chosen.get(), block.cid(), block.bytes()));
            }
            if (failure.isEmpty()) {
                nodes[column] = chosen.get();
                return;
            }
            allocation.failed(chosen.get(), failure.get());
        }
    }

    private Block block(int column, int stripe) {
        int held = stripe - (stripes() - sent.size());
        if (held < 0) {
            return again(column, stripe);
        }
        return List.copyOf(sent).get(held).blocks().get(listOf(column));
    }

    /** A block that was placed before and is lost with its node. */
    private Block again(int column, int stripe) {
        Cid cid = listed.get(listOf(column)).get(stripe);
        Map<Integer, ByteString> fetched = fetch(stripe);
        if (coding.isCopies()) {
            return new Block(cid, fetched.values().iterator().next());
        }
        Block rebuilt = Block.raw(LostBlock.rebuild(coding, column, fetched));
        if (!rebuilt.cid().equals(cid)) {
            throw new IllegalStateException("expected to make block " + cid + " again, but made " + rebuilt.cid());
        }
        return rebuilt;
    }

    /** Any k blocks of an earlier stripe. */
    private Map<Integer, ByteString> fetch(int stripe) {
        List<StripeFetch.Source> sources = new ArrayList<>();
        live().forEach((column, node) -> sources.add(
                new StripeFetch.Source(column, node, listed.get(listOf(column)).get(stripe))));
        try {
            return StripeFetch.start(peers, new NodeScores(), sources, coding.dataShards())
                    .join();
        } catch (CompletionException e) {
            throw new ArtifactException(
                    Reason.NOT_ENOUGH_COLUMNS,
                    "expected to read back what was placed, but could not: "
                            + Stages.cause(e).getMessage(),
                    e);
        }
    }

    /** Waits until everything is where it belongs. */
    PinnedGroup finish() {
        while (!sent.isEmpty()) {
            settle();
        }
        List<Optional<PeerId>> columns = new ArrayList<>();
        for (PeerId node : nodes) {
            columns.add(Optional.ofNullable(node));
        }
        return new PinnedGroup(coding, stripes(), columnBytes, columns);
    }

    /** The blocks of the group so far. */
    Columns columns() {
        return new Columns(coding, listed);
    }

    /** Waits until nothing is under way any more, whatever became of it. */
    void abandon() {
        sent.forEach(each -> each.underway().values().forEach(placing -> failureOf(placing)));
        sent.clear();
    }
}
