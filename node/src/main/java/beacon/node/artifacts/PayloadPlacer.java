package beacon.node.artifacts;

import beacon.dht.artifact.Coding;
import beacon.dht.artifact.Columns;
import beacon.dht.artifact.Group;
import beacon.dht.artifact.Manifest;
import beacon.dht.blockstore.BlockHash;
import beacon.dht.erasure.ReedSolomon;
import beacon.dht.erasure.StripeEncoder;
import beacon.model.Cid;
import beacon.node.artifacts.ArtifactException.Reason;
import beacon.node.artifacts.Pin.PinnedGroup;
import com.google.protobuf.ByteString;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a sealed payload as it comes and places it, whatever its size, with the memory of four stripes. Nothing of it is
 * known to anybody before {@link #finish} and what the caller makes of that. Belongs to one thread.
 */
public final class PayloadPlacer extends OutputStream {
    private static final int LEAST_COPIES = 3;
    /** The event that says where everything is has to fit an entry of the log, nodes of a large fleet included. */
    private static final int MAX_PIN_BYTES = 50_000;

    private static final int GROUP_BYTES = 24;

    private final BlockPeers peers;
    private final Allocation allocation;
    private final Coding coding;
    private final int cellBytes;
    private final Executor hashers;
    private final LongConsumer placed;
    private final StripeLog log;
    private final byte[] cell;
    private final GroupPlacer manifestGroup;
    private final List<Group> groups = new ArrayList<>();
    private final List<PinnedGroup> pinned = new ArrayList<>();
    private @Nullable GroupPlacer group;
    private @Nullable StripeEncoder encoder;
    private int buffered;
    private boolean isCoded;
    private long groupBytes;
    private long bytes;

    /**
     * What a payload is placed with.
     *
     * @param nodes as the log has them
     * @param coding of a payload that is larger than one cell
     * @param cellBytes of a full block
     * @param seed random; gives each artifact its own nodes
     * @param hashers compute ids of blocks, on as many threads as there are processors
     * @param placed told how many bytes of the payload were taken so far
     * @param log told of stripes before they leave
     */
    public record Settings(
            List<FleetNode> nodes,
            Coding coding,
            int cellBytes,
            ByteString seed,
            Executor hashers,
            LongConsumer placed,
            StripeLog log) {
        public Settings {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * What was placed.
     *
     * @param pin where it is
     * @param shortfalls what did not go as wanted, for people
     */
    public record Placed(Manifest manifest, Pin pin, List<String> shortfalls) {
        public Placed {
            shortfalls = List.copyOf(shortfalls);
        }
    }

    /**
     * Begins.
     *
     * @throws ArtifactException when there are too few nodes
     */
    public PayloadPlacer(BlockPeers peers, Settings settings) {
        this.peers = peers;
        this.allocation = new Allocation(settings.seed().toByteArray(), settings.nodes());
        this.coding = settings.coding();
        this.cellBytes = settings.cellBytes();
        this.hashers = settings.hashers();
        this.placed = settings.placed();
        this.log = settings.log();
        this.cell = new byte[cellBytes];
        // First: it fails before anything is sent when there is no node.
        this.manifestGroup = begin(Coding.COPIES, 0);
    }

    private GroupPlacer begin(Coding of, int ordinal) {
        int least = of.isCopies()
                ? Math.max(1, Math.min(Math.min(LEAST_COPIES, of.columns()), allocation.usable()))
                : of.dataShards() + 1;
        return new GroupPlacer(peers, allocation, of, ordinal, least);
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, source.length);
        int taken = 0;
        while (taken < count) {
            taken += take(source, offset + taken, count - taken);
        }
        bytes += count;
        placed.accept(bytes);
    }

    /** Takes some of the bytes; how many. */
    private int take(byte[] source, int offset, int count) {
        if (!isCoded && buffered < cellBytes) {
            int part = Math.min(count, cellBytes - buffered);
            System.arraycopy(source, offset, cell, buffered, part);
            buffered += part;
            return part;
        }
        if (!isCoded) {
            // More than one cell: only now is it known how the payload is coded.
            isCoded = true;
            feed(cell, 0, buffered);
        }
        return feed(source, offset, count);
    }

    /** Gives bytes to the group that is open; at most what it has room for. */
    private int feed(byte[] source, int offset, int count) {
        long full = Group.fullBytes(coding, cellBytes);
        if (groupBytes == full) {
            endGroup();
        }
        GroupPlacer open = group;
        if (open == null) {
            requireRoom();
            open = begin(coding, groups.size() + 1);
            group = open;
            encoder = coding.isCopies() ? null : encoderOf(open);
            buffered = 0;
        }
        int part = (int) Math.min(count, full - groupBytes);
        StripeEncoder coder = encoder;
        if (coder != null) {
            coder.write(source, offset, part);
        } else {
            part = Math.min(part, cellBytes - buffered);
            System.arraycopy(source, offset, cell, buffered, part);
            buffered += part;
            if (buffered == cellBytes) {
                emitCopy(open);
            }
        }
        groupBytes += part;
        return part;
    }

    private void requireRoom() {
        int most = Math.min(Manifest.MAX_GROUPS, MAX_PIN_BYTES / (2 * coding.columns() + GROUP_BYTES));
        if (groups.size() >= most) {
            throw new ArtifactException(
                    Reason.TOO_LARGE,
                    "expected a payload of at most %d groups of %d bytes, but found more"
                            .formatted(most, Group.fullBytes(coding, cellBytes)));
        }
    }

    private StripeEncoder encoderOf(GroupPlacer open) {
        ReedSolomon code = new ReedSolomon(coding.dataShards(), coding.parityShards());
        return new StripeEncoder(code, cellBytes, (stripe, cells, length) -> send(open, blocks(cells, length)));
    }

    /** The blocks of a stripe, whose ids are computed side by side. */
    private List<Block> blocks(byte[][] cells, int length) {
        List<CompletableFuture<Block>> all = new ArrayList<>();
        for (byte[] each : cells) {
            all.add(CompletableFuture.supplyAsync(() -> Block.raw(ByteString.copyFrom(each, 0, length)), hashers));
        }
        return all.stream().map(CompletableFuture::join).toList();
    }

    private void emitCopy(GroupPlacer open) {
        send(open, List.of(Block.raw(ByteString.copyFrom(cell, 0, buffered))));
        buffered = 0;
    }

    private void send(GroupPlacer open, List<Block> blocks) {
        ByteString ids = ByteString.EMPTY;
        long size = 0;
        for (Block block : blocks) {
            ids = ids.concat(block.cid().bytes());
            size += block.bytes().size();
        }
        log.sending(BlockHash.sha256(Cid.RAW, ids).digest(), size, !isCoded);
        open.stripe(blocks);
    }

    private void endGroup() {
        GroupPlacer open = group;
        if (open == null) {
            return;
        }
        StripeEncoder coder = encoder;
        if (coder != null) {
            coder.finish();
        } else if (buffered > 0) {
            emitCopy(open);
        }
        pinned.add(open.finish());
        Columns columns = open.columns();
        Block list = Block.dagCbor(columns.encode());
        manifestGroup.stripe(List.of(list));
        groups.add(new Group(columns.coding(), groupBytes, list.cid()));
        group = null;
        encoder = null;
        groupBytes = 0;
    }

    /**
     * Ends the payload: returns when all of it, and its manifest, is on the disks of the nodes.
     *
     * @param nonce of the payload
     * @param content what the plaintext is, as {@link Manifest} says it
     * @throws ArtifactException when too few nodes took their blocks
     */
    public Placed finish(ByteString nonce, String content) {
        if (!isCoded) {
            // All of it fits one cell: copies, whatever larger ones are coded with.
            GroupPlacer open = begin(Coding.COPIES, 1);
            group = open;
            groupBytes = buffered;
        }
        endGroup();
        Manifest manifest = new Manifest(cellBytes, bytes, nonce, groups, content);
        Block root = Block.dagCbor(manifest.encode());
        manifestGroup.stripe(List.of(root));
        List<PinnedGroup> all = new ArrayList<>();
        all.add(manifestGroup.finish());
        all.addAll(pinned);
        return new Placed(manifest, new Pin(root.cid(), all), allocation.shortfalls());
    }

    /** Waits for what is under way; a payload that was not finished is known to nobody. */
    @Override
    public void close() {
        GroupPlacer open = group;
        if (open != null) {
            open.abandon();
        }
        manifestGroup.abandon();
    }
}
