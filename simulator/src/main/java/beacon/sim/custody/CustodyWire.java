package beacon.sim.custody;

import beacon.keys.grpc.CustodyCalls;
import beacon.sim.world.Network;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** Calls to custodians: each takes its time; some are lost, late, or arrive once more when nobody waits any longer. */
final class CustodyWire {
    private static final long WORK = 3_000;
    private static final long TIMEOUT = 30 * World.SECOND;
    private static final long LATE = 40 * World.SECOND;

    private final World world;
    private final Network network;
    private final SplittableRandom random;
    private double loss;
    private BiConsumer<SimCustodian, ByteString> witness = (custodian, bytes) -> {};
    private long messages;

    CustodyWire(World world) {
        this.world = world;
        this.network = new Network(world, 0);
        this.random = world.random("wire");
    }

    void loss(double share) {
        loss = share;
    }

    double loss() {
        return loss;
    }

    /** Sees every message to and from a custodian. */
    void witness(BiConsumer<SimCustodian, ByteString> sees) {
        witness = sees;
    }

    long messages() {
        return messages;
    }

    /** Calls a custodian; the answer, or that there is none, comes once. */
    <T extends MessageLite> void call(
            SimCustodian to, MessageLite request, Function<CustodyCalls, T> work, Consumer<Reply<T>> then) {
        messages++;
        witness.accept(to, request.toByteString());
        long duration = WORK;
        if (loss > 0 && isLost()) {
            duration = random.nextLong(LATE);
        }
        if (loss > 0 && isLost()) {
            world.after(random.nextLong(LATE), () -> serve(to, work));
        }
        boolean requestLost = loss > 0 && isLost();
        network.<Reply<T>>call(
                "caller",
                to.name,
                duration,
                TIMEOUT,
                () -> {
                    if (requestLost) {
                        return Optional.empty();
                    }
                    Optional<Reply<T>> reply = serve(to, work);
                    return loss > 0 && isLost() ? Optional.empty() : reply;
                },
                reply -> then.accept(reply.orElseGet(() -> Reply.none("no answer in time", false))));
    }

    private <T extends MessageLite> Optional<Reply<T>> serve(SimCustodian to, Function<CustodyCalls, T> work) {
        if (!to.reaches()) {
            return Optional.empty();
        }
        Optional<Reply<T>> reply = to.serve(work);
        reply.flatMap(Reply::value).ifPresent(value -> {
            messages++;
            witness.accept(to, value.toByteString());
        });
        return reply;
    }

    private boolean isLost() {
        return random.nextDouble() < loss;
    }
}
