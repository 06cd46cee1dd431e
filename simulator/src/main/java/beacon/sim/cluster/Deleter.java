package beacon.sim.cluster;

import beacon.index.log.AppendResult;
import beacon.model.Address;
import beacon.model.PolicyNames;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.HoldLifted;
import beacon.proto.v1.HoldPlaced;
import beacon.proto.v1.PointerRemoved;
import beacon.proto.v1.PolicyChanged;
import beacon.proto.v1.Precondition;
import beacon.proto.v1.Setting;
import beacon.proto.v1.TombstoneProposed;
import beacon.sim.scenario.Deletions;
import beacon.sim.world.World;
import java.util.SplittableRandom;

/** An operator who has some artifacts deleted after a while, also ones that are held, retained, or still have their name. */
final class Deleter {
    private static final String HOLD = "inquiry";

    private final Client log;
    private final World world;
    private final Deletions deletions;
    private final SplittableRandom random;

    Deleter(Client log, World world, Deletions deletions) {
        this.log = log;
        this.world = world;
        this.deletions = deletions;
        this.random = world.random("deleter");
    }

    /** An artifact was acknowledged. */
    void put(Artifact artifact) {
        if (random.nextDouble() >= deletions.share()) {
            return;
        }
        long after = deletions.after() / 2 + random.nextLong(deletions.after());
        switch (random.nextInt(10)) {
            case 0 -> world.after(after, () -> propose(artifact));
            case 1, 2 -> {
                retain(artifact, after + random.nextLong(4 * deletions.after()));
                world.after(after, () -> remove(artifact));
            }
            case 3, 4 -> {
                long held = Math.max(0, after - deletions.grace() + random.nextLong(2 * deletions.grace() + 1));
                boolean lifted = random.nextBoolean();
                world.after(after, () -> remove(artifact));
                world.after(held, () -> hold(artifact));
                if (lifted) {
                    world.after(Math.max(after, held) + deletions.after(), () -> lift(artifact));
                }
            }
            default -> world.after(after, () -> remove(artifact));
        }
    }

    private void append(Event.Builder event) {
        log.append(AppendRequest.newBuilder().addEvents(event), result -> {});
    }

    /** Without its name being removed, so that the leader has to take it back. */
    private void propose(Artifact artifact) {
        append(proposed(artifact));
    }

    private static Event.Builder proposed(Artifact artifact) {
        return Event.newBuilder()
                .setTombstoneProposed(TombstoneProposed.newBuilder().setManifestCid(artifact.manifest()));
    }

    /** As {@code beacon rm} does: name and artifact in one; the name only when the artifact may not be deleted. */
    private void remove(Artifact artifact) {
        log.append(removed(artifact).addEvents(proposed(artifact)), result -> {
            if (result instanceof AppendResult.Refused) {
                log.append(removed(artifact), refused -> {});
            }
        });
    }

    private static AppendRequest.Builder removed(Artifact artifact) {
        return AppendRequest.newBuilder()
                .addPreconditions(
                        Precondition.newBuilder().setAddress(artifact.name()).setExpectedRevision(1))
                .addEvents(Event.newBuilder()
                        .setPointerRemoved(PointerRemoved.newBuilder().setAddress(artifact.name())));
    }

    private void retain(Artifact artifact, long micros) {
        append(Event.newBuilder()
                .setPolicyChanged(PolicyChanged.newBuilder()
                        .setName(PolicyNames.RETENTION)
                        .setScope(Address.parse(artifact.name()).key())
                        .addSettings(
                                Setting.newBuilder().setKey(PolicyNames.KEEP).setValue(micros / World.SECOND + "s"))));
    }

    private void hold(Artifact artifact) {
        append(Event.newBuilder()
                .setHoldPlaced(HoldPlaced.newBuilder()
                        .setManifestCid(artifact.manifest())
                        .setName(HOLD)));
    }

    /** Has it deleted after all. */
    private void lift(Artifact artifact) {
        log.append(
                AppendRequest.newBuilder()
                        .addEvents(Event.newBuilder()
                                .setHoldLifted(HoldLifted.newBuilder()
                                        .setManifestCid(artifact.manifest())
                                        .setName(HOLD)))
                        .addEvents(proposed(artifact)),
                result -> {});
    }
}
