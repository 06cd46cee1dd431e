package beacon.sim.custody;

import beacon.keys.authority.Budgets;
import beacon.keys.authority.RitualStep;
import beacon.keys.custodian.Custodian;
import beacon.keys.custodian.CustodianHome;
import beacon.keys.custodian.RefusedException;
import beacon.keys.envelope.X25519Identity;
import beacon.keys.fragments.FragmentStore;
import beacon.keys.fragments.Retrieval;
import beacon.keys.fragments.Ritual;
import beacon.keys.fragments.StoreSeal;
import beacon.keys.grpc.CustodyCalls;
import beacon.keys.records.BadRecordException;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.Seat;
import beacon.model.Reason;
import beacon.sim.disk.MemoryDisk;
import beacon.sim.disk.PowerLoss;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A machine with a production custodian on it, its disk, and what happens to it. */
final class SimCustodian {
    static final String ORGANISATION = "example";

    private static final long POLL = 5 * World.SECOND;
    private static final Budgets.Limit LIMIT = new Budgets.Limit(100_000, Duration.ofMinutes(1));
    private static final String HOME = "/home";

    final String name;
    private final World world;
    private final SimKeyLog log;
    private final Set<CustodyFlaw> flaws;
    private final SeededEntropy entropy;
    private final SplittableRandom chance;
    private final StoreSeal seal;
    private MemoryDisk disk = new MemoryDisk();
    private @Nullable Custodian custodian;
    private @Nullable CustodianHome home;
    private @Nullable CustodyCalls calls;
    private @Nullable CustodianSink sink;
    private final List<Ritual> former = new ArrayList<>();
    private int lives;
    private long steadySince;
    private Runnable onPowerLoss = () -> {};
    /** Away: cut off from custodians, readers and the log. */
    boolean cut;

    boolean logAway;
    boolean lies;
    boolean gone;

    SimCustodian(String name, World world, SimKeyLog log, Set<CustodyFlaw> flaws) {
        this.name = name;
        this.world = world;
        this.log = log;
        this.flaws = flaws;
        this.entropy = new SeededEntropy(world, "entropy/" + name);
        this.chance = world.random("disk/" + name);
        this.seal = StoreSeal.x25519(X25519Identity.generate(entropy));
        format();
    }

    private InstantSource clock() {
        return () -> Instant.ofEpochMilli(world.unixMicros() / 1_000);
    }

    private void format() {
        disk = new MemoryDisk();
        CustodianHome.initialize(disk.path(HOME), name, ORGANISATION, Optional.empty(), seal, entropy)
                .close();
        disk.ignoreSync(path -> (flaws.contains(CustodyFlaw.SHARES_NOT_SYNCED) && path.contains("/fragments"))
                || (flaws.contains(CustodyFlaw.RECORDS_NOT_SYNCED) && path.contains("/records")));
    }

    /** Who is told that the power went in the middle of something. */
    void onPowerLoss(Runnable told) {
        onPowerLoss = told;
    }

    boolean isUp() {
        return custodian != null;
    }

    boolean reaches() {
        return isUp() && !cut;
    }

    /** Up, honest and connected for so long. */
    boolean isSteady(long micros) {
        return reaches() && !logAway && !lies && world.now() - steadySince >= micros;
    }

    /** Something happened to it. */
    void disturbed() {
        steadySince = world.now();
    }

    /** As it would stand in a plan; empty while it is down. */
    Optional<Seat> seat() {
        return Optional.ofNullable(custodian).map(Custodian::seat);
    }

    boolean holds(KeyRecord record) {
        return seat().flatMap(record.plan()::indexOf).isPresent();
    }

    void start() {
        if (isUp() || gone) {
            return;
        }
        disturbed();
        disk.powerOn();
        int life = ++lives;
        try {
            CustodianHome opened = CustodianHome.open(disk.path(HOME), seal, entropy);
            CustodianSink opening =
                    new CustodianSink(name, log, () -> life == lives && !cut && !logAway, this::reached, flaws);
            home = opened;
            Custodian started = new Custodian(opened, name, LIMIT, opening, clock(), entropy);
            opening.follow(started);
            custodian = started;
            calls = new CustodyCalls(started);
            sink = opening;
        } catch (PowerLoss lost) {
            lose();
            return;
        }
        world.after(POLL, () -> poll(life));
    }

    private void poll(int life) {
        if (life == lives && sink != null) {
            try {
                sink.poll();
            } catch (PowerLoss lost) {
                lose();
                return;
            }
            world.after(POLL, () -> poll(life));
        }
    }

    /** The power goes; what was not synced goes with it. */
    void powerOff() {
        disturbed();
        lives++;
        custodian = null;
        home = null;
        calls = null;
        sink = null;
        former.clear();
        disk.powerOff(chance);
    }

    private void lose() {
        powerOff();
        onPowerLoss.run();
    }

    /** The power goes before the change of the disk after so many others. */
    void tear(int changes) {
        disk.failAfter(changes);
    }

    /** A new custodian of the same name, with keys of its own. */
    void wipe() {
        powerOff();
        format();
    }

    /** What somebody who takes its disk has; its seal is known to him. */
    FragmentStore stolen(SeededEntropy of) {
        MemoryDisk copy = disk.copy();
        return FragmentStore.open(copy.path(HOME + "/fragments"), seal, keyId -> Optional.empty(), of);
    }

    /** The share that it serves with; empty when it has none. */
    ByteString presentShare() {
        CustodianHome present = home;
        return present == null
                ? ByteString.EMPTY
                : present.fragments().list().stream()
                        .flatMap(label -> present.fragments().retrieve(label.id()).ritual().stream())
                        .map(ritual -> ByteString.copyFrom(ritual.share().copyBytes()))
                        .findFirst()
                        .orElse(ByteString.EMPTY);
    }

    StoreSeal seal() {
        return seal;
    }

    /** Has a call answered; empty when it has no power. */
    <T> Optional<Reply<T>> serve(Function<CustodyCalls, T> work) {
        CustodyCalls serving = calls;
        if (serving == null) {
            return Optional.empty();
        }
        try {
            if (flaws.contains(CustodyFlaw.ENTROPY_REPEATS)) {
                entropy.repeat();
            }
            return Optional.of(Reply.of(work.apply(serving)));
        } catch (PowerLoss lost) {
            lose();
            return Optional.empty();
        } catch (RefusedException refused) {
            return Optional.of(
                    Reply.none(refused.refusal().message(), refused.refusal().reason() == Reason.CATCHING_UP));
        } catch (BadRecordException malformed) {
            return Optional.of(Reply.none(String.valueOf(malformed.getMessage()), false));
        }
    }

    /** Whether an event could not be kept since this was asked last. */
    boolean couldNotKeep() {
        return sink == null || sink.hasFailed();
    }

    /** Its flaw: the former share is put back once it was deleted. */
    private void reached(RitualStep step) {
        CustodianHome present = home;
        if (present == null || !flaws.contains(CustodyFlaw.FORMER_SHARE_KEPT)) {
            return;
        }
        if (step == RitualStep.SHARE_KEPT) {
            for (Ritual.Label label : present.fragments().list()) {
                Retrieval found = present.fragments().retrieve(label.id());
                found.ritual().ifPresent(former::add);
            }
        } else if (step == RitualStep.TOLD) {
            former.forEach(present.fragments()::store);
            former.clear();
        }
    }
}
