package beacon.node.steward;

import beacon.dht.Stages;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import beacon.index.log.AppendResult;
import beacon.model.Cid;
import beacon.node.artifacts.ArtifactException;
import beacon.node.artifacts.BlockNames;
import beacon.node.artifacts.BlockPeers;
import beacon.node.holdings.MissingBlocks;
import beacon.node.views.MemberViews;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.NodeAudit;
import beacon.proto.v1.NodesAudited;
import beacon.steward.AuditSample;
import beacon.views.Listing;
import beacon.views.ViewSnapshot;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.GroupRef;
import beacon.views.pins.NodeColumns;
import beacon.views.pins.PinsView;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has storage nodes show blocks: a few by lot, and if one of them is missing, all they should have. What is missing is said
 * on the log, block by block; the next decision of the steward has it made again. Belongs to one thread.
 */
final class Audits {
    private static final Logger LOG = LoggerFactory.getLogger(Audits.class);

    /** Blocks asked for at once. */
    private static final int AT_ONCE = 8;

    private static final int COLUMNS_A_PAGE = 256;
    private static final int NODES_AN_EVENT = 1_024;

    private final BlockPeers peers;
    private final BlockNames names;
    private final LeaderLog log;
    private final MemberViews views;
    private final LongConsumer pace;
    private final Counts counts;

    /** What was asked since the process began. */
    record Counts(AtomicLong asked, AtomicLong missing) {
        Counts() {
            this(new AtomicLong(), new AtomicLong());
        }
    }

    /**
     * An auditor.
     *
     * @param pace told of every amount of bytes that is read; may wait
     */
    Audits(BlockPeers peers, LeaderLog log, MemberViews views, LongConsumer pace, Counts counts) {
        this.peers = peers;
        this.names = new BlockNames(peers);
        this.log = log;
        this.views = views;
        this.pace = pace;
        this.counts = counts;
    }

    /** A column as the projections know it. */
    private record Known(ColumnRef ref, GroupState group, List<PeerId> copies) {
        Cid manifest() {
            return Cid.of(ref.group().manifest());
        }

        boolean isWhole() {
            return group.getColumns(ref.column()).getFaultedBlocks() == 0;
        }

        long blockBytes() {
            return group.getColumnBytes() / Math.max(1, group.getBlocks());
        }
    }

    private record Drawn(Known column, int block) {}

    /**
     * Audits one node. Columns that are known to be damaged prove nothing more and are passed over.
     *
     * @param lot draws the blocks
     * @return what it was asked for and did not show; empty when it does not answer
     */
    Optional<NodeAudit> audit(PeerId node, RandomGenerator lot, int blocks) throws InterruptedException {
        List<Drawn> drawn = new ArrayList<>();
        try (ViewSnapshot pins = views.snapshot(MemberViews.PINS)) {
            for (AuditSample.Item item : AuditSample.of(pins, node.bytes(), lot, blocks)) {
                known(pins, item.column())
                        .filter(Known::isWhole)
                        .ifPresent(column -> drawn.add(new Drawn(column, item.block())));
            }
        }
        int asked = 0;
        int missing = 0;
        try {
            for (Drawn each : drawn) {
                List<Cid> column = blocksOf(each.column(), node);
                if (each.block() < column.size()) {
                    asked++;
                    missing += missing(each.column(), node, List.of(column.get(each.block())))
                            .size();
                }
            }
            if (missing > 0) {
                LOG.warn("audit_failed node={} asked={} missing={}", node, asked, missing);
                examine(node);
            }
            return Optional.of(NodeAudit.newBuilder()
                    .setNodeId(node.bytes())
                    .setAsked(asked)
                    .setMissing(missing)
                    .build());
        } catch (CompletionException silent) {
            LOG.info(
                    "audit_ended node={} cause=\"{}\"",
                    node,
                    Stages.cause(silent).getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Known> known(ViewSnapshot pins, ColumnRef ref) {
        return PinsView.group(pins, ref.group()).map(group -> new Known(ref, group, copies(pins, ref.group())));
    }

    /** Nodes that have the manifest of an artifact. */
    static List<PeerId> copies(ViewSnapshot pins, GroupRef ref) {
        return PinsView.group(pins, new GroupRef(ref.manifest(), 0)).stream()
                .flatMap(group -> group.getColumnsList().stream())
                .filter(column -> !column.getNodeId().isEmpty())
                .map(column -> new PeerId(column.getNodeId()))
                .toList();
    }

    /** None when nobody can say which they are, which the decisions of the steward show as unreadable. */
    private List<Cid> blocksOf(Known column, PeerId node) {
        ColumnRef ref = column.ref();
        try {
            return names.column(column.manifest(), ref.group().group(), ref.column(), column.copies());
        } catch (ArtifactException | WireException e) {
            LOG.info("audit_skips node={} manifest={} cause=\"{}\"", node, column.manifest(), e.getMessage());
            return List.of();
        }
    }

    /**
     * Asks for blocks.
     *
     * @return those that the node has not
     * @throws CompletionException when it does not answer
     */
    private List<Cid> missing(Known column, PeerId node, List<Cid> blocks) {
        List<Cid> missing = new ArrayList<>();
        for (int from = 0; from < blocks.size(); from += AT_ONCE) {
            List<Cid> some = blocks.subList(from, Math.min(blocks.size(), from + AT_ONCE));
            List<CompletableFuture<Boolean>> shown =
                    some.stream().map(cid -> peers.shows(node, cid)).toList();
            for (int i = 0; i < some.size(); i++) {
                if (!shown.get(i).join()) {
                    missing.add(some.get(i));
                }
            }
            counts.asked().addAndGet(some.size());
            pace.accept(some.size() * column.blockBytes());
        }
        counts.missing().addAndGet(missing.size());
        return missing;
    }

    /** Asks for everything that a node should have. */
    private void examine(PeerId node) throws InterruptedException {
        OptionalLong from = OptionalLong.of(0);
        int faults = 0;
        while (from.isPresent()) {
            List<Known> columns = new ArrayList<>();
            try (ViewSnapshot pins = views.snapshot(MemberViews.PINS)) {
                Listing<ColumnRef> page = NodeColumns.list(pins, node.bytes(), from.getAsLong(), COLUMNS_A_PAGE);
                from = page.next();
                page.found()
                        .forEach(ref -> known(pins, ref).filter(Known::isWhole).ifPresent(columns::add));
            }
            for (Known column : columns) {
                if (!log.leads()) {
                    return;
                }
                List<Cid> missing = missing(column, node, blocksOf(column, node));
                report(node, column.ref(), missing);
                faults += missing.size();
            }
        }
        LOG.warn("node_examined node={} missing_blocks={}", node, faults);
    }

    private void report(PeerId node, ColumnRef column, List<Cid> missing) throws InterruptedException {
        ByteString manifest = column.group().manifest();
        for (Event event : MissingBlocks.events(manifest, column.group().group(), column.column(), node, missing)) {
            AppendResult result = log.append(AppendRequest.newBuilder().addEvents(event));
            if (!(result instanceof AppendResult.Accepted)) {
                LOG.warn("fault_not_recorded node={} cause=\"{}\"", node, result);
            }
        }
    }

    /** Puts what audits found on the log, also that nothing was missing: proof that is old is worth little. */
    void record(List<NodeAudit> found, long beatSequence) throws InterruptedException {
        for (int at = 0; at < found.size(); at += NODES_AN_EVENT) {
            AppendResult result = log.append(AppendRequest.newBuilder()
                    .addEvents(Event.newBuilder()
                            .setNodesAudited(NodesAudited.newBuilder()
                                    .setBeatSequence(beatSequence)
                                    .addAllAudits(found.subList(at, Math.min(found.size(), at + NODES_AN_EVENT))))));
            if (!(result instanceof AppendResult.Accepted)) {
                LOG.warn("audits_not_recorded beat={} cause=\"{}\"", beatSequence, result);
            }
        }
    }
}
