package beacon.node.artifacts;

import beacon.dht.Stages;
import beacon.dht.artifact.Columns;
import beacon.dht.artifact.Group;
import beacon.dht.artifact.Manifest;
import beacon.dht.erasure.ReedSolomon;
import beacon.dht.erasure.StripeDecoder;
import beacon.dht.erasure.StripeLayout;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import beacon.node.artifacts.ArtifactException.Reason;
import beacon.node.artifacts.Pin.PinnedGroup;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sealed payload of an artifact from any k of the k+m columns of each group. Every block matches its id, and
 * the ids come from the manifest, so that what is read is what was written, whatever nodes say. Safe for many threads.
 */
public final class ArtifactReader {
    private final BlockPeers peers;
    private final Pin pin;
    private final Executor decoders;
    private final NodeScores scores = new NodeScores();
    private final Manifest manifest;
    private @Nullable GroupColumns latest;

    /** The list of a group, read already. */
    private record GroupColumns(int group, Columns columns) {}

    private ArtifactReader(BlockPeers peers, Pin pin, Executor decoders) {
        this.peers = peers;
        this.pin = pin;
        this.decoders = decoders;
        this.manifest = decode(pin.manifest(), "manifest", Manifest::decode);
        if (manifest.groups().size() + 1 != pin.groups().size()) {
            throw malformed(
                    "a pin of %d groups".formatted(manifest.groups().size() + 1),
                    pin.groups().size() + "");
        }
    }

    /**
     * Reads the manifest.
     *
     * @param decoders make lost blocks again
     * @throws ArtifactException when it cannot be had
     */
    public static ArtifactReader open(BlockPeers peers, Pin pin, Executor decoders) {
        return new ArtifactReader(peers, pin, decoders);
    }

    public Manifest manifest() {
        return manifest;
    }

    private interface Decoding<T> {
        T decode(ByteString block);
    }

    /** A block of the manifest group, of which each column is a copy. */
    private <T> T decode(Cid cid, String what, Decoding<T> decoding) {
        List<StripeFetch.Source> sources = new ArrayList<>();
        PinnedGroup copies = pin.groups().get(0);
        for (int column = 0; column < copies.columns().size(); column++) {
            int number = column;
            copies.columns().get(column).ifPresent(node -> sources.add(new StripeFetch.Source(number, node, cid)));
        }
        ByteString block = await(StripeFetch.start(peers, scores, sources, 1))
                .values()
                .iterator()
                .next();
        try {
            return decoding.decode(block);
        } catch (WireException e) {
            throw new ArtifactException(Reason.MALFORMED, what + " " + cid + ": " + e.getMessage(), e);
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (Stages.cause(e) instanceof ArtifactException known) {
                throw new ArtifactException(known.reason(), String.valueOf(known.getMessage()), known);
            }
            throw e;
        }
    }

    private static ArtifactException malformed(String expected, String found) {
        return new ArtifactException(Reason.MALFORMED, "expected %s, but found %s".formatted(expected, found));
    }

    /** Stripes of the whole payload, in its order, begin with this one. */
    StripeAt first() {
        return new StripeAt(0, 0, 0);
    }

    /** A stripe, and where its bytes begin in the payload. */
    record StripeAt(int group, long stripe, long position) {}

    /** The stripe in which a byte of the payload lies. */
    StripeAt at(long position) {
        long start = 0;
        for (int group = 0; group < manifest.groups().size(); group++) {
            long size = manifest.groups().get(group).bytes();
            if (position < start + size) {
                long stripeBytes = (long) manifest.cellBytes()
                        * manifest.groups().get(group).coding().dataShards();
                long stripe = (position - start) / stripeBytes;
                return new StripeAt(group, stripe, start + stripe * stripeBytes);
            }
            start += size;
        }
        throw new IndexOutOfBoundsException(
                "expected a position below " + manifest.sealedBytes() + ", but found " + position);
    }

    /** The stripe after one; empty after the last. */
    Optional<StripeAt> after(StripeAt at) {
        long next = at.position() + layout(at.group()).dataBytes(at.stripe());
        return next >= manifest.sealedBytes() ? Optional.empty() : Optional.of(at(next));
    }

    StripeLayout layout(int group) {
        return manifest.groups().get(group).layout(manifest.cellBytes());
    }

    private synchronized Columns columns(int group) {
        GroupColumns known = latest;
        if (known == null || known.group() != group) {
            Group of = manifest.groups().get(group);
            long stripes = layout(group).stripes();
            known = new GroupColumns(
                    group, decode(of.list(), "list", block -> Columns.decode(of.coding(), stripes, block)));
            latest = known;
        }
        return known.columns();
    }

    /** Where the columns of a stripe may be had. */
    private List<StripeFetch.Source> sources(StripeAt at) {
        Columns columns = columns(at.group());
        PinnedGroup pinned = pin.groups().get(at.group() + 1);
        if (!pinned.coding().equals(columns.coding())
                || pinned.columns().size() != columns.coding().columns()) {
            throw malformed("a pin of " + columns.coding(), pinned.coding() + "");
        }
        List<StripeFetch.Source> sources = new ArrayList<>();
        for (int column = 0; column < pinned.columns().size(); column++) {
            Optional<PeerId> node = pinned.columns().get(column);
            if (node.isPresent()) {
                sources.add(new StripeFetch.Source(column, node.get(), columns.block(column, (int) at.stripe())));
            }
        }
        return sources;
    }

    /** The bytes of a stripe, from the fastest k of its columns. */
    CompletableFuture<ByteString> fetch(StripeAt at) {
        Group group = manifest.groups().get(at.group());
        return StripeFetch.start(peers, scores, sources(at), group.coding().dataShards())
                .thenApplyAsync(blocks -> assemble(at, blocks), decoders);
    }

    /**
     * The bytes of one data column of a stripe, asked of its node alone.
     *
     * @return fails when that node does not give it, which says nothing about the others
     */
    CompletableFuture<ByteString> fetchCell(StripeAt at, int column) {
        for (StripeFetch.Source source : sources(at)) {
            boolean wanted = source.column() == column
                    || manifest.groups().get(at.group()).coding().isCopies();
            if (wanted && scores.strikes(source.node()) == 0) {
                return peers.fetch(source.node(), source.cid());
            }
        }
        return CompletableFuture.failedFuture(
                new ArtifactException(Reason.NOT_ENOUGH_COLUMNS, "expected a node for column " + column));
    }

    private ByteString assemble(StripeAt at, Map<Integer, ByteString> blocks) {
        StripeLayout layout = layout(at.group());
        int cell = layout.cellBytes(at.stripe());
        for (ByteString block : blocks.values()) {
            if (block.size() != cell) {
                throw malformed("blocks of %d bytes".formatted(cell), block.size() + "");
            }
        }
        int k = layout.dataShards();
        if (k == 1 || blocks.keySet().stream().allMatch(column -> column < k)) {
            // Nothing to decode: the blocks in their order, less the padding, without a copy.
            return ByteString.copyFrom(blocks.values()).substring(0, layout.dataBytes(at.stripe()));
        }
        return decode(at, blocks);
    }

    private ByteString decode(StripeAt at, Map<Integer, ByteString> blocks) {
        Group group = manifest.groups().get(at.group());
        StripeLayout layout = layout(at.group());
        byte[][] cells = new byte[group.coding().columns()][];
        BitSet present = new BitSet();
        for (int column = 0; column < cells.length; column++) {
            ByteString block = blocks.get(column);
            if (block != null) {
                cells[column] = block.toByteArray();
                present.set(column);
            } else {
                cells[column] = new byte[column < layout.dataShards() ? layout.cellBytes(at.stripe()) : 0];
            }
        }
        ReedSolomon code =
                new ReedSolomon(group.coding().dataShards(), group.coding().parityShards());
        byte[] target = new byte[layout.dataBytes(at.stripe())];
        new StripeDecoder(code, layout).decode(at.stripe(), cells, present, target, 0);
        return UnsafeByteOperations.unsafeWrap(target);
    }
}
