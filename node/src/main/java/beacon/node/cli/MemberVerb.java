package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.node.config.Endpoint;
import beacon.proto.v1.AddMemberRequest;
import beacon.proto.v1.ChangeMembersReply;
import beacon.proto.v1.ClusterServiceGrpc.ClusterServiceStub;
import beacon.proto.v1.Member;
import beacon.proto.v1.RemoveMemberRequest;
import beacon.proto.v1.ReplaceMemberRequest;
import beacon.proto.v1.TransferLeadershipReply;
import beacon.proto.v1.TransferLeadershipRequest;
import com.google.gson.JsonObject;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.BiConsumer;
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
        AddMemberRequest request = AddMemberRequest.newBuilder()
                .setMember(member(id, raft, clientAddress))
                .build();
        print(this.<ChangeMembersReply>atLeader((stub, observer) -> stub.addMember(request, observer))
                .getMembersList());
    }

    @Command(name = "remove", description = "Remove a member.")
    void remove(@Parameters(paramLabel = "ID") String id) {
        RemoveMemberRequest request =
                RemoveMemberRequest.newBuilder().setMemberId(id).build();
        print(this.<ChangeMembersReply>atLeader((stub, observer) -> stub.removeMember(request, observer))
                .getMembersList());
    }

    @Command(name = "replace", description = "Put a new member in the place of an old one, in one step.")
    void replace(
            @Parameters(paramLabel = "OLD") String old,
            @Parameters(paramLabel = "ID") String id,
            @Parameters(paramLabel = "RAFT") String raft,
            @Parameters(paramLabel = "CLIENT") String clientAddress) {
        ReplaceMemberRequest request = ReplaceMemberRequest.newBuilder()
                .setOldMemberId(old)
                .setMember(member(id, raft, clientAddress))
                .build();
        print(this.<ChangeMembersReply>atLeader((stub, observer) -> stub.replaceMember(request, observer))
                .getMembersList());
    }

    @Command(name = "transfer", description = "Let another member lead.")
    void transfer(@Parameters(paramLabel = "ID") String id) {
        TransferLeadershipRequest request =
                TransferLeadershipRequest.newBuilder().setMemberId(id).build();
        String leader = this.<TransferLeadershipReply>atLeader(
                        (stub, observer) -> stub.transferLeadership(request, observer))
                .getLeaderId();
        JsonObject result = new JsonObject();
        result.addProperty("leader", leader);
        session.output().object(result);
    }

    private <T> T atLeader(BiConsumer<ClusterServiceStub, StreamObserver<T>> call) {
        try (BeaconClient client = session.connect()) {
            return BeaconClient.await(client.atLeader(call));
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
