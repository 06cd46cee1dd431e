package beacon.sim.cluster;

import beacon.model.NodeId;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeAudit;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.NodesAudited;
import beacon.proto.v1.ShardFault;
import beacon.proto.v1.ShardFaulted;
import beacon.steward.AuditSample;
import beacon.views.ViewSnapshot;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.NodeColumns;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** The audits of the steward of a member: on a reverb, every node that is up shows columns. */
final class Audits {
    private final Member member;
    private final Fleet fleet;
    private final SplittableRandom random;
    private final int columnsAsked;
    private final Consumer<Event.Builder> log;

    Audits(Member member, Fleet fleet, SplittableRandom random, int columnsAsked, Consumer<Event.Builder> log) {
        this.member = member;
        this.fleet = fleet;
        this.random = random;
        this.columnsAsked = columnsAsked;
        this.log = log;
    }

    /**
     * Audits.
     *
     * @param beat sequence of the reverb
     * @param nodes that are known
     */
    void audit(long beat, List<NodeState> nodes) {
        List<NodeAudit> found = new ArrayList<>();
        List<NodeState> asked = nodes.stream()
                .filter(node -> node.getCondition() == NodeCondition.NODE_CONDITION_UP)
                .toList();
        Set<ByteString> left = new LinkedHashSet<>();
        asked.forEach(node -> left.add(node.getNodeId()));
        for (NodeState node : asked) {
            List<AuditSample.Item> items;
            try (ViewSnapshot pins = member.snapshot(Projections.PINS)) {
                items = AuditSample.of(pins, node.getNodeId(), random, columnsAsked);
            }
            Set<ColumnRef> columns = new LinkedHashSet<>();
            StorageNode known = fleet.node(NodeId.of(node.getNodeId()));
            if (known != null) {
                columns.addAll(known.exposed());
            }
            items.forEach(item -> columns.add(item.column()));
            new Examination(node.getNodeId()).run(columns, audit -> {
                audit.ifPresent(found::add);
                left.remove(node.getNodeId());
                if (left.isEmpty() && !found.isEmpty()) {
                    log.accept(Event.newBuilder()
                            .setNodesAudited(NodesAudited.newBuilder()
                                    .setBeatSequence(beat)
                                    .addAllAudits(found)));
                }
            });
        }
    }

    /** Has a node show columns; when one is missing, all it should have. */
    private final class Examination {
        private final ByteString node;
        private final Set<ColumnRef> reported = new LinkedHashSet<>();
        private int asked;
        private int missing;
        private boolean whole;

        Examination(ByteString node) {
            this.node = node;
        }

        void run(Set<ColumnRef> columns, Consumer<Optional<NodeAudit>> then) {
            fleet.show(member.name(), NodeId.of(node), columns, 1 << 20, answers -> {
                if (answers.isEmpty()) {
                    then.accept(Optional.empty());
                    return;
                }
                answers.get().forEach(this::shown);
                if (missing > 0 && !whole && member.leads()) {
                    whole = true;
                    run(all(), then);
                } else {
                    then.accept(Optional.of(NodeAudit.newBuilder()
                            .setNodeId(node)
                            .setAsked(asked)
                            .setMissing(missing)
                            .build()));
                }
            });
        }

        private Set<ColumnRef> all() {
            try (ViewSnapshot pins = member.snapshot(Projections.PINS)) {
                return new LinkedHashSet<>(
                        NodeColumns.list(pins, node, 0, Integer.MAX_VALUE).found());
            }
        }

        private void shown(ColumnRef column, Fleet.Answer answer) {
            if (!whole) {
                asked++;
                missing += answer == Fleet.Answer.SOUND ? 0 : 1;
            }
            if (answer != Fleet.Answer.SOUND && reported.add(column)) {
                ShardFault fault =
                        answer == Fleet.Answer.ROTTEN ? ShardFault.SHARD_FAULT_CORRUPT : ShardFault.SHARD_FAULT_MISSING;
                log.accept(faulted(node, column, fault));
            }
        }
    }

    /** What is said of a column that a node should have. */
    static Event.Builder faulted(ByteString node, ColumnRef column, ShardFault fault) {
        return Event.newBuilder()
                .setShardFaulted(ShardFaulted.newBuilder()
                        .setManifestCid(column.group().manifest())
                        .setGroup(column.group().group())
                        .setColumn(column.column())
                        .setNodeId(node)
                        .setFault(fault)
                        .addBlocks(column.group().manifest()));
    }
}
