package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.keys.client.Channels;
import beacon.keys.client.KeySurvey;
import beacon.keys.client.RitualCarrier;
import beacon.model.NodeId;
import beacon.node.announce.Margin;
import beacon.node.artifacts.Catalogue;
import beacon.node.artifacts.FleetClient;
import beacon.node.artifacts.FleetNode;
import beacon.node.slo.Slo;
import beacon.node.slo.SloCheck;
import beacon.node.slo.SloFacts;
import beacon.proto.v1.EndangeredGroup;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.ListEndangeredReply;
import beacon.proto.v1.ListProjectionsReply;
import beacon.proto.v1.Member;
import beacon.proto.v1.MemberRole;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code beacon slo}: whether the cluster keeps its promises with all its margins; a gate for releases. */
@Command(name = "slo", description = "Check that nothing is lost that was there for safety.")
final class SloVerb implements Runnable {
    private static final int MAX_GROUPS = 1_000;
    private static final List<String> COLUMNS = List.of("check", "outcome", "expected", "found");

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    SloVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "expected check");
    }

    @Command(
            name = "check",
            description = {
                "Judge members, projections, shards, nodes, audits, announcements and custodians. Ends with 0 when nothing fails, else with 1.",
                "What cannot be checked here, as custodians without a record of their key, is said and does not fail."
            })
    int check(
            @Option(
                            names = "--audit-age",
                            paramLabel = "DURATION",
                            defaultValue = "3h",
                            converter = DurationConverter.class,
                            description =
                                    "How old a node's last proof of its blocks may be, as 90s, 30m (default: 3h).")
                    Duration auditAge,
            @Option(
                            names = "--provider-margin",
                            paramLabel = "DURATION",
                            defaultValue = "24h",
                            converter = DurationConverter.class,
                            description =
                                    "How long the provider records of every node must live on, at least (default: 24h).")
                    Duration providerMargin,
            @Mixin CustodyOptions key) {
        List<SloCheck> checks = new Slo(auditAge, providerMargin).judge(facts(key));
        boolean passed = checks.stream().allMatch(SloCheck::passes);
        List<JsonObject> rows = checks.stream().map(SloVerb::json).toList();
        Output output = session.output();
        if (output.isJson()) {
            JsonObject all = new JsonObject();
            all.addProperty("ok", passed);
            JsonArray array = new JsonArray();
            rows.forEach(array::add);
            all.add("checks", array);
            output.object(all);
        } else {
            output.rows(COLUMNS, rows);
            output.line(passed ? "all objectives are met" : "objectives are NOT met");
        }
        return passed ? 0 : 1;
    }

    private static JsonObject json(SloCheck check) {
        JsonObject row = new JsonObject();
        row.addProperty("check", check.name());
        row.addProperty("outcome", check.outcome().name().toLowerCase(Locale.ROOT));
        row.addProperty("expected", check.expected());
        row.addProperty("found", check.found());
        return row;
    }

    private SloFacts facts(CustodyOptions key) {
        List<SloFacts.Member> members = new ArrayList<>();
        List<SloFacts.Projection> projections = new ArrayList<>();
        Optional<SloFacts.Index> index;
        try (BeaconClient client = session.connect()) {
            Catalogue catalogue = new Catalogue(client, session.timeout());
            for (Member member : StatusVerb.anyStatus(session, client).getMembersList()) {
                members.add(member(client, member));
                projections.addAll(projections(catalogue, member));
            }
            index = index(catalogue);
        }
        return new SloFacts(session.clock().instant(), members, projections, index, custodians(key));
    }

    private static SloFacts.Member member(BeaconClient client, Member member) {
        try {
            GetStatusReply status = BeaconClient.await(client.status(member.getClientAddress()));
            boolean takesPart = status.getRole() == MemberRole.MEMBER_ROLE_LEADER
                    || (status.getRole() == MemberRole.MEMBER_ROLE_FOLLOWER
                            && !status.getLeaderId().isEmpty());
            return new SloFacts.Member(member.getId(), takesPart, StatusVerb.role(status));
        } catch (ClientException e) {
            return new SloFacts.Member(member.getId(), false, "does not answer");
        }
    }

    private static List<SloFacts.Projection> projections(Catalogue catalogue, Member member) {
        try {
            ListProjectionsReply reply = catalogue.projections(member.getClientAddress());
            List<SloFacts.Projection> found = new ArrayList<>();
            reply.getProjectionsList().forEach(each -> {
                String name = each.getName() + " v" + each.getVersion();
                found.add(new SloFacts.Projection(member.getId(), name, each.getSequence(), each.getDigest()));
                if (each.getMarkedSequence() != 0 && each.getMarkedSequence() != each.getSequence()) {
                    found.add(new SloFacts.Projection(
                            member.getId(), name, each.getMarkedSequence(), each.getMarkedDigest()));
                }
            });
            return found;
        } catch (ClientException e) {
            // That it does not answer is said of the member.
            return List.of();
        }
    }

    private Optional<SloFacts.Index> index(Catalogue catalogue) {
        try {
            List<NodeState> states = catalogue.states().stream()
                    .filter(node -> node.getCondition() != NodeCondition.NODE_CONDITION_LEFT)
                    .toList();
            Map<ByteString, SloFacts.Announcements> announcements = announcements(states);
            List<SloFacts.Node> nodes = states.stream()
                    .map(node -> node(node, Optional.ofNullable(announcements.get(node.getNodeId()))))
                    .toList();
            ListEndangeredReply endangered = catalogue.endangered(MAX_GROUPS);
            long unreadable = endangered.getGroupsList().stream()
                    .mapToInt(EndangeredGroup::getMargin)
                    .filter(margin -> margin < 0)
                    .count();
            return Optional.of(new SloFacts.Index(nodes, endangered.getTotal(), unreadable));
        } catch (ClientException e) {
            return Optional.empty();
        }
    }

    /** What the nodes that are up say of their provider records; those that do not answer are missing. */
    private Map<ByteString, SloFacts.Announcements> announcements(List<NodeState> states) {
        List<FleetNode> up = FleetNode.of(states.stream().filter(SloVerb::isUp).toList());
        Map<ByteString, SloFacts.Announcements> answers = new HashMap<>();
        if (up.isEmpty()) {
            return answers;
        }
        try (FleetClient peers = FleetOptions.open(session)) {
            peers.know(up);
            Map<ByteString, CompletableFuture<Optional<Margin>>> asked = new LinkedHashMap<>();
            up.forEach(node -> asked.put(
                    node.id().bytes(),
                    peers.margin(node.id()).handle((margin, failure) -> Optional.ofNullable(margin))));
            asked.forEach((node, answer) -> answer.join()
                    .ifPresent(margin ->
                            answers.put(node, new SloFacts.Announcements(margin.smallest(), margin.hearsLog()))));
        }
        return answers;
    }

    private static boolean isUp(NodeState node) {
        return node.getCondition() != NodeCondition.NODE_CONDITION_DOWN;
    }

    private static SloFacts.Node node(NodeState node, Optional<SloFacts.Announcements> announcements) {
        long proved = Math.max(node.getProvedUnixMicros(), node.getChangedUnixMicros());
        return new SloFacts.Node(
                NodeId.of(node.getNodeId()).toString(),
                isUp(node),
                Instant.EPOCH.plus(proved, ChronoUnit.MICROS),
                announcements);
    }

    private Optional<List<SloFacts.Custodian>> custodians(CustodyOptions key) {
        if (!key.isGiven(session)) {
            return Optional.empty();
        }
        try (Channels channels = CustodyOptions.channels(session)) {
            return Optional.of(new KeySurvey(new RitualCarrier(channels), key.record(session))
                    .rows().stream()
                            .map(row -> new SloFacts.Custodian(
                                    row.seat().name(), row.state().equals("SERVES"), row.state()))
                            .toList());
        }
    }
}
