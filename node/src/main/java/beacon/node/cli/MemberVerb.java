package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.client.MemberChange;
import beacon.node.config.Endpoint;
import beacon.proto.v1.Member;
import beacon.proto.v1.TransferLeadershipReply;
import beacon.proto.v1.TransferLeadershipRequest;
import com.google.gson.JsonObject;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon member}: who belongs to the cluster. Changes need an operator's certificate. */
@Command(name = "member", description = "Show and change the members; changes need an operator's certificate.")
final class MemberVerb implements Runnable {
    private static final List<String> COLUMNS = List.of("id", "raft", "client");

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    MemberVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw usage("expected ls, add, remove, replace or transfer");
    }

    @Command(name = "ls", description = "List the members.")
    void list() {
        try (BeaconClient client = session.connect()) {
            print(BeaconClient.await(client.status(client.leaderTarget())).getMembersList());
        }
    }

    @Command(name = "add", description = "Add a member; start it first, with an empty data directory.")
    void add(
            @Parameters(paramLabel = "ID") String id,
            @Parameters(paramLabel = "RAFT", description = "host:port of its Raft service") String raft,
            @Parameters(paramLabel = "CLIENT", description = "host:port of its services for clients")
                    String clientAddress) {
        change(MemberChange.adding(member(id, raft, clientAddress)));
    }

    @Command(name = "remove", description = "Remove a member.")
    void remove(@Parameters(paramLabel = "ID") String id) {
        change(MemberChange.removing(id));
    }

    @Command(name = "replace", description = "Put a new member in the place of an old one, in one step.")
    void replace(
            @Parameters(paramLabel = "OLD") String old,
            @Parameters(paramLabel = "ID") String id,
            @Parameters(paramLabel = "RAFT") String raft,
            @Parameters(paramLabel = "CLIENT") String clientAddress) {
        change(MemberChange.replacing(old, member(id, raft, clientAddress)));
    }

    @Command(name = "transfer", description = "Let another member lead.")
    void transfer(@Parameters(paramLabel = "ID") String id) {
        TransferLeadershipRequest request =
                TransferLeadershipRequest.newBuilder().setMemberId(id).build();
        try (BeaconClient client = session.connect()) {
            TransferLeadershipReply reply =
                    BeaconClient.await(client.atLeader((stub, observer) -> stub.transferLeadership(request, observer)));
            JsonObject result = new JsonObject();
            result.addProperty("leader", reply.getLeaderId());
            session.output().object(result);
        }
    }

    private void change(MemberChange change) {
        try (BeaconClient client = session.connect()) {
            print(BeaconClient.await(client.changeMembers(change)));
        }
    }

    private Member member(String id, String raft, String clientAddress) {
        try {
            return Member.newBuilder()
                    .setId(id)
                    .setRaftAddress(Endpoint.parse(raft).toString())
                    .setClientAddress(Endpoint.parse(clientAddress).toString())
                    .build();
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private void print(List<Member> members) {
        List<JsonObject> rows = members.stream()
                .map(member -> {
                    JsonObject row = new JsonObject();
                    row.addProperty("id", member.getId());
                    row.addProperty("raft", member.getRaftAddress());
                    row.addProperty("client", member.getClientAddress());
                    return row;
                })
                .toList();
        session.output().rows(COLUMNS, rows);
    }

    private CommandLine.ParameterException usage(String text) {
        return new CommandLine.ParameterException(spec.commandLine(), text);
    }
}
