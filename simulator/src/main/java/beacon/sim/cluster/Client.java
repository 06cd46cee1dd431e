package beacon.sim.cluster;

import beacon.index.log.AppendResult;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.AppendRequest;
import beacon.sim.world.Network;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Somebody who appends: asks one member after the other until it has an answer, always with the same request id. */
final class Client {
    private static final long PATIENCE = 3 * World.SECOND;
    private static final long DEADLINE = 60 * World.SECOND;

    private final String name;
    private final String actor;
    private final World world;
    private final Network network;
    private final List<Member> members;
    private final Watch watch;
    private final SplittableRandom random;
    private int favourite;

    /**
     * A client.
     *
     * @param name place in the network
     * @param actor as which it appends
     */
    Client(String name, String actor, World world, Network network, List<Member> members, Watch watch) {
        this.name = name;
        this.actor = actor;
        this.world = world;
        this.network = network;
        this.members = List.copyOf(members);
        this.watch = watch;
        this.random = world.random("client " + name);
    }

    /**
     * Appends.
     *
     * @param then gets the answer, once; a refusal with OUTCOME_UNKNOWN when none came in time
     */
    void append(AppendRequest.Builder request, Consumer<AppendResult> then) {
        new Attempt(request, then).go();
    }

    /** One append until its end. */
    private final class Attempt {
        private final AppendRequest.Builder request;
        private final Consumer<AppendResult> then;
        private final long end = world.now() + DEADLINE;
        private final long high = random.nextLong();
        private final long low = random.nextLong();
        private int round;
        private boolean done;

        Attempt(AppendRequest.Builder request, Consumer<AppendResult> then) {
            this.request = request;
            this.then = then;
        }

        void go() {
            if (done) {
                return;
            }
            if (world.now() >= end) {
                finish(new AppendResult.Refused(
                        Refusal.of(Reason.OUTCOME_UNKNOWN, "expected an answer within a minute, but found none")));
                return;
            }
            round++;
            int mine = round;
            ByteBuffer id = ByteBuffer.allocate(16).putLong(high).putLong(low).flip();
            AppendRequest sent = request.setRequestId(ByteString.copyFrom(id)).build();
            Member member = members.get(favourite % members.size());
            network.send(
                    name,
                    member.name(),
                    () -> member.asked(
                            actor, sent, result -> network.send(member.name(), name, () -> answered(mine, result))));
            world.after(PATIENCE, () -> retry(mine));
        }

        private void retry(int mine) {
            if (!done && mine == round) {
                favourite++;
                go();
            }
        }

        private void answered(int mine, AppendResult result) {
            if (done) {
                return;
            }
            if (result instanceof AppendResult.Refused refused
                    && refused.refusal().reason() == Reason.NOT_LEADER) {
                if (mine == round) {
                    round++;
                    int now = round;
                    favourite++;
                    world.after(200_000, () -> retrySame(now));
                }
                return;
            }
            finish(result);
        }

        private void retrySame(int mine) {
            if (!done && mine == round) {
                go();
            }
        }

        private void finish(AppendResult result) {
            done = true;
            if (result instanceof AppendResult.Accepted accepted) {
                watch.acknowledged(accepted.firstSequence(), accepted.count(), high, low);
            }
            then.accept(result);
        }
    }
}
