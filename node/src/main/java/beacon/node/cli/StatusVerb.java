package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.Member;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;

/** {@code beacon status}: how each member is. */
@Command(name = "status", description = "Show how each member of the cluster is.")
final class StatusVerb implements Runnable {
    private static final List<String> COLUMNS = List.of(
            "member",
            "role",
            "term",
            "last_sequence",
            "snapshot",
            "pointers",
            "state_bytes",
            "journal_bytes",
            "client",
            "up",
            "version");
    private static final String ROLE_PREFIX = "MEMBER_ROLE_";

    private final Session session;

    StatusVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        try (BeaconClient client = session.connect()) {
            GetStatusReply first = anyStatus(session, client);
            Map<Member, CompletableFuture<GetStatusReply>> asked = new LinkedHashMap<>();
            for (Member member : first.getMembersList()) {
                asked.put(member, client.status(member.getClientAddress()));
            }
            List<JsonObject> rows = new ArrayList<>();
            asked.forEach((member, reply) -> rows.add(row(member, reply)));
            print(first, rows);
        }
    }

    /** What the first member says that answers. */
    static GetStatusReply anyStatus(Session session, BeaconClient client) {
        Optional<ClientException> last = Optional.empty();
        for (var endpoint : session.profile().endpoints()) {
            try {
                return BeaconClient.await(client.status(endpoint.toString()));
            } catch (ClientException e) {
                last = Optional.of(e);
            }
        }
        throw Failures.of(last.orElseThrow());
    }

    private void print(GetStatusReply first, List<JsonObject> rows) {
        Output output = session.output();
        if (output.isJson()) {
            JsonObject all = new JsonObject();
            all.addProperty("cluster", first.getClusterId());
            all.addProperty("leader", first.getLeaderId());
            all.addProperty("tree_root", first.getTreeRoot());
            JsonArray members = new JsonArray();
            rows.forEach(members::add);
            all.add("members", members);
            output.object(all);
        } else {
            output.line("cluster " + first.getClusterId() + ", leader "
                    + (first.getLeaderId().isEmpty() ? "none" : first.getLeaderId()));
            output.rows(COLUMNS, rows);
        }
    }

    private JsonObject row(Member member, CompletableFuture<GetStatusReply> asked) {
        JsonObject row = new JsonObject();
        row.addProperty("member", member.getId());
        try {
            GetStatusReply status = BeaconClient.await(asked);
            row.addProperty("role", role(status));
            row.addProperty("term", status.getTerm());
            row.addProperty("last_sequence", status.getLastSequence());
            row.addProperty("applied_raft_index", status.getAppliedRaftIndex());
            row.addProperty("committed_raft_index", status.getCommittedRaftIndex());
            row.addProperty("snapshot", status.getSnapshotSequence());
            row.addProperty("pointers", status.getLivePointers());
            row.addProperty("state_bytes", status.getStateBytes());
            row.addProperty("journal_bytes", status.getJournalBytes());
            row.addProperty("tree_root", status.getTreeRoot());
            row.addProperty("up", uptime(status));
            row.addProperty("version", status.getVersion());
        } catch (ClientException e) {
            row.addProperty("role", "unreachable");
            row.addProperty("error", e.refusal().message());
        }
        row.addProperty("client", member.getClientAddress());
        row.addProperty("raft", member.getRaftAddress());
        return row;
    }

    static String role(GetStatusReply status) {
        return status.getRole().name().replace(ROLE_PREFIX, "").toLowerCase(Locale.ROOT);
    }

    private String uptime(GetStatusReply status) {
        Instant started = Instant.EPOCH.plus(status.getStartedUnixMicros(), ChronoUnit.MICROS);
        Duration up = Duration.between(started, session.clock().instant());
        return up.isNegative() ? "PT0S" : up.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
