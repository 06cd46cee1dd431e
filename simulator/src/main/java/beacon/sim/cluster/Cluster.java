package beacon.sim.cluster;

import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeJoined;
import beacon.sim.world.Network;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A world with members, their stewards, storage nodes and an operator. */
final class Cluster {
    final World world;
    final Network network;
    final Invariants invariants;
    final Fleet fleet;
    final List<Member> members = new ArrayList<>();
    final List<StewardLoop> stewards = new ArrayList<>();
    /** With which the members append, in the same order. */
    final List<Client> ownClients = new ArrayList<>();

    final Client operator;
    private final Policy policy;

    Cluster(World world, double loss, boolean survivable, int count, Policy policy, Set<Flaw> flaws) {
        this.world = world;
        this.policy = policy;
        this.network = new Network(world, loss);
        this.invariants = new Invariants(world, survivable);
        this.fleet = new Fleet(world, network, invariants);
        invariants.watch(fleet);
        for (int i = 1; i <= count; i++) {
            members.add(new Member("m" + i, world, network, invariants, flaws));
        }
        members.forEach(member -> member.know(members));
        for (Member member : members) {
            Client own = client(member.name(), "member/" + member.name());
            ownClients.add(own);
            stewards.add(new StewardLoop(member, fleet, own, world, policy, flaws));
        }
        this.operator = client("operator", "operator/sim");
    }

    Client client(String name, String actor) {
        return new Client(name, actor, world, network, members, invariants);
    }

    void start() {
        members.forEach(Member::start);
        world.every(policy.ping(), () -> stewards.forEach(StewardLoop::look));
        world.every(policy.beat(), () -> stewards.forEach(StewardLoop::beat));
    }

    Optional<Member> leader() {
        return members.stream().filter(Member::leads).findFirst();
    }

    void join(ByteString node, String domain, long capacity) {
        operator.append(AppendRequest.newBuilder().addEvents(joined(node, domain, capacity)), result -> {});
    }

    static Event.Builder joined(ByteString node, String domain, long capacity) {
        return Event.newBuilder()
                .setNodeJoined(NodeJoined.newBuilder()
                        .setNodeId(node)
                        .addAddresses("/ip4/192.0.2.1/tcp/4001")
                        .setFailureDomain(domain)
                        .setCapacityBytes(capacity));
    }

    /** Columns that were brought to where they are to be. */
    long moves() {
        return stewards.stream().mapToLong(StewardLoop::moves).sum();
    }

    /** Bytes that repairs read. */
    long bytesRead() {
        return stewards.stream().mapToLong(StewardLoop::bytesRead).sum();
    }
}
