package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.model.Address;
import beacon.model.Cid;
import beacon.model.CustodyNames;
import beacon.model.Reason;
import beacon.node.artifacts.ArtifactException;
import beacon.node.artifacts.Catalogue;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.Pointer;
import beacon.proto.v1.ResolveRequest;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code beacon stat}: how an artifact is kept. */
@Command(
        name = "stat",
        description = {
            "Show what ADDRESS points at and how it is kept: its code, its nodes and domains, and how much may still be lost.",
            "Asks only the index: no storage node, no custodian."
        })
final class StatVerb implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "ADDRESS")
    private String name = "";

    StatVerb(Session session) {
        this.session = session;
    }

    @Mixin
    private MomentOptions moment = new MomentOptions();

    @Override
    public void run() {
        try (BeaconClient client = moment.connect(session)) {
            // What is past is all of the same entry.
            long asOf = moment.sequence(session);
            Catalogue catalogue = new Catalogue(
                    client,
                    moment.timeout(session),
                    asOf == 0 ? moment.when() : moment.when().after(asOf));
            Pointer pointer = resolve(client, name, asOf);
            Cid manifest = Cid.of(pointer.getCid());
            List<GroupState> groups = catalogue
                    .groups(manifest)
                    .orElseThrow(() -> new ArtifactException(
                            ArtifactException.Reason.NOT_PINNED,
                            "expected a pin of " + manifest + ", but found none: the name was not set by put"));
            Kept kept = new Kept(catalogue.states());
            groups.forEach(kept::add);
            JsonObject result = PointerRow.json(pointer);
            if (asOf > 0) {
                result.addProperty("as_of_sequence", asOf);
            }
            result.addProperty("key", key(client, manifest, asOf));
            kept.addTo(result, session.output().isJson());
            session.output().object(result);
        }
    }

    /** @param asOf 0: now */
    private Pointer resolve(BeaconClient client, String address, long asOf) {
        ResolveRequest request = ResolveRequest.newBuilder()
                .setAddress(address)
                .setAsOfSequence(asOf)
                .setConsistency(moment.consistency())
                .build();
        return BeaconClient.await(client.resolve(request)).getPointer();
    }

    private @Nullable String key(BeaconClient client, Cid manifest, long asOf) {
        try {
            String header = Address.ofKey(CustodyNames.header(manifest)).toString();
            ByteString key = CustodyNames.keyId(resolve(client, header, asOf).getCid());
            return key.isEmpty() ? null : HexFormat.of().formatHex(key.toByteArray());
        } catch (ClientException e) {
            if (e.refusal().reason() == Reason.UNKNOWN_ADDRESS) {
                return null;
            }
            throw e;
        }
    }

    /** What the groups of an artifact come to. */
    private static final class Kept {
        private final Map<ByteString, NodeState> states = new LinkedHashMap<>();
        private final Set<String> codes = new TreeSet<>();
        private final Set<ByteString> nodes = new TreeSet<>(ByteString.unsignedLexicographicalComparator());
        private final Set<String> domains = new TreeSet<>();
        private final JsonArray rows = new JsonArray();
        private long columns;
        private long whole;
        private long bytes;
        private long leastMargin = Long.MAX_VALUE;

        Kept(List<NodeState> all) {
            all.forEach(node -> states.put(node.getNodeId(), node));
        }

        void add(GroupState group) {
            int here = 0;
            for (ColumnState column : group.getColumnsList()) {
                NodeState node = states.get(column.getNodeId());
                if (node != null) {
                    nodes.add(column.getNodeId());
                    domains.add(node.getFailureDomain());
                    bytes += group.getColumnBytes();
                    boolean answers = node.getCondition() == NodeCondition.NODE_CONDITION_UP
                            || node.getCondition() == NodeCondition.NODE_CONDITION_DRAINED;
                    here += answers && column.getFaultedBlocks() == 0 ? 1 : 0;
                }
            }
            String code = group.getDataShards() + "+" + group.getParityShards();
            long margin = (long) here - group.getDataShards();
            codes.add(code);
            columns += group.getColumnsCount();
            whole += here;
            leastMargin = Math.min(leastMargin, margin);
            JsonObject row = new JsonObject();
            row.addProperty("group", group.getGroup());
            row.addProperty("code", code);
            row.addProperty("columns", group.getColumnsCount());
            row.addProperty("whole", here);
            row.addProperty("margin", margin);
            row.addProperty("blocks_a_column", group.getBlocks());
            row.addProperty("column_bytes", group.getColumnBytes());
            rows.add(row);
        }

        void addTo(JsonObject result, boolean withGroups) {
            result.addProperty("codes", String.join(", ", codes));
            result.addProperty("groups", rows.size());
            result.addProperty("columns", columns);
            result.addProperty("columns_whole", whole);
            result.addProperty("least_margin", leastMargin);
            result.addProperty("nodes", nodes.size());
            result.addProperty("domains", domains.size());
            result.addProperty("stored_bytes", bytes);
            if (withGroups) {
                result.add("of_each_group", rows);
            }
        }
    }
}
