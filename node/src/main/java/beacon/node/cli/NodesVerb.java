package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.model.MalformedNodeId;
import beacon.model.NodeId;
import beacon.node.artifacts.Catalogue;
import beacon.node.json.EventJson;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.Event;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.ListNodesReply;
import beacon.proto.v1.ListNodesRequest;
import beacon.proto.v1.ListProjectionsReply;
import beacon.proto.v1.Member;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeDrained;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.ProjectionState;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon nodes}: the storage nodes as the log tells of them. */
@Command(name = "nodes", description = "List the storage nodes, now or as they were; drain one.")
final class NodesVerb implements Runnable {
    private static final int MAX_PAGE = 1_000;
    private static final List<String> COLUMNS = List.of(
            "node", "condition", "failure_domain", "capacity_bytes", "reliability", "proved", "since", "reason");
    private static final List<String> PROJECTION_COLUMNS =
            List.of("member", "projection", "version", "sequence", "digest", "marked_sequence", "marked_digest");

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    NodesVerb(Session session) {
        this.session = session;
    }

    /** Which of the conditions of the contract, as people write them. */
    enum Condition {
        UP(NodeCondition.NODE_CONDITION_UP),
        DOWN(NodeCondition.NODE_CONDITION_DOWN),
        DRAINED(NodeCondition.NODE_CONDITION_DRAINED),
        LEFT(NodeCondition.NODE_CONDITION_LEFT);

        private final NodeCondition inContract;

        Condition(NodeCondition inContract) {
            this.inContract = inContract;
        }
    }

    /** What and when. */
    static final class Wanted {
        @Option(
                names = "--condition",
                split = ",",
                paramLabel = "CONDITION",
                description = "Only nodes that are: ${COMPLETION-CANDIDATES}.")
        private List<Condition> conditions = new ArrayList<>();

        @Option(names = "--domain", paramLabel = "PATH", description = "Only nodes in this failure domain.")
        private String domain = "";

        @Mixin
        private MomentOptions moment = new MomentOptions();
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "expected ls, drain or projections");
    }

    @Command(name = "ls", description = "List the nodes.")
    void list(@Mixin Wanted wanted) {
        ListNodesRequest.Builder request =
                ListNodesRequest.newBuilder().setFailureDomain(wanted.domain).setPageSize(MAX_PAGE);
        wanted.conditions.forEach(condition -> request.addConditions(condition.inContract));
        List<JsonObject> rows = new ArrayList<>();
        try (BeaconClient client = wanted.moment.connect(session)) {
            Catalogue catalogue = wanted.moment.catalogue(session, client);
            ListNodesReply reply;
            do {
                reply = catalogue.nodes(request);
                reply.getNodesList().forEach(node -> rows.add(json(node)));
                request.setPageToken(reply.getNextPageToken());
            } while (!reply.getNextPageToken().isEmpty());
        }
        session.output().rows(COLUMNS, rows);
    }

    private static JsonObject json(NodeState node) {
        JsonObject row = new JsonObject();
        row.addProperty("node", NodeId.of(node.getNodeId()).toString());
        row.addProperty(
                "condition",
                node.getCondition().name().substring("NODE_CONDITION_".length()).toLowerCase(Locale.ROOT));
        row.addProperty("failure_domain", node.getFailureDomain());
        row.addProperty("capacity_bytes", node.getCapacityBytes());
        row.addProperty("reliability", node.getReliabilityMillionths() / 1e6);
        row.addProperty("proved", timeOrNull(node.getProvedUnixMicros()));
        row.addProperty("audited", timeOrNull(node.getAuditedUnixMicros()));
        row.addProperty("since", EventJson.time(node.getChangedUnixMicros()));
        row.addProperty("reason", node.getReason());
        row.addProperty("joined_sequence", node.getJoinedSequence());
        row.addProperty("changed_sequence", node.getChangedSequence());
        com.google.gson.JsonArray addresses = new com.google.gson.JsonArray();
        node.getAddressesList().forEach(addresses::add);
        row.add("addresses", addresses);
        return row;
    }

    private static @Nullable String timeOrNull(long unixMicros) {
        return unixMicros == 0 ? null : EventJson.time(unixMicros);
    }

    @Command(name = "drain", description = "Have a node emptied; nothing new is placed on it.")
    void drain(
            @Parameters(paramLabel = "NODE", description = "Its peer id.") String node,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the history.", defaultValue = "")
                    String reason) {
        Event event = Event.newBuilder()
                .setNodeDrained(
                        NodeDrained.newBuilder().setNodeId(peerId(node).bytes()).setReason(reason))
                .build();
        try (BeaconClient client = session.connect()) {
            Accepted accepted = BeaconClient.await(client.append(event));
            JsonObject result = new JsonObject();
            result.addProperty("node", node);
            result.addProperty("sequence", accepted.getFirstSequence());
            session.output().object(result);
        }
    }

    private NodeId peerId(String text) {
        try {
            return NodeId.parse(text);
        } catch (MalformedNodeId e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "expected a peer id such as 12D3KooW…, but found \"%s\"".formatted(text), e);
        }
    }

    @Command(
            name = "projections",
            description = "Show how far the projections of each member are; equal sequences must have equal digests.")
    void projections() {
        List<JsonObject> rows = new ArrayList<>();
        try (BeaconClient client = session.connect()) {
            Catalogue catalogue = new Catalogue(client, session.timeout());
            GetStatusReply status = BeaconClient.await(client.status(client.leaderTarget()));
            for (Member member : status.getMembersList()) {
                ListProjectionsReply reply = catalogue.projections(member.getClientAddress());
                reply.getProjectionsList().forEach(projection -> rows.add(json(reply.getMemberId(), projection)));
            }
        }
        session.output().rows(PROJECTION_COLUMNS, rows);
    }

    private static JsonObject json(String member, ProjectionState projection) {
        JsonObject row = new JsonObject();
        row.addProperty("member", member);
        row.addProperty("projection", projection.getName());
        row.addProperty("version", projection.getVersion());
        row.addProperty("sequence", projection.getSequence());
        row.addProperty("digest", projection.getDigest());
        row.addProperty("marked_sequence", projection.getMarkedSequence());
        row.addProperty("marked_digest", projection.getMarkedDigest());
        return row;
    }
}
