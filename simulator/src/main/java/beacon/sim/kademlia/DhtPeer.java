package beacon.sim.kademlia;

import beacon.dht.Timers;
import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.Kademlia;
import beacon.dht.kademlia.Validators;
import beacon.dht.node.DhtConfig;
import beacon.dht.node.DhtService;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A storage node of the DHT: its name and disk, which stay, and its process and address, which come and go. */
final class DhtPeer {
    private static final Duration REVERB = Duration.ofHours(1);
    private static final Duration FSYNC = Duration.ofMillis(8);

    final Machine machine;
    final PeerId id;
    /** Contents that it is to announce, as the projection of pins says. */
    final Set<ByteString> pins = new LinkedHashSet<>();

    private final Wire wire;
    private final SimDisk disk;
    private final Settings settings;
    private final Multiaddr first;
    private Multiaddr address;
    private int starts;
    private long steadySince;
    private @Nullable Running process;

    /** What all nodes have in common. */
    record Settings(KadConfig kad, DhtConfig.Upkeep upkeep, Set<DhtFlaw> flaws) {
        boolean has(DhtFlaw flaw) {
            return flaws.contains(flaw);
        }
    }

    private record Running(ProcessLoop loop, SimHost host, DhtService service) {}

    DhtPeer(Wire wire, Machine machine, PeerId id, Multiaddr address, Settings settings) {
        this.wire = wire;
        this.machine = machine;
        this.id = id;
        this.address = address;
        this.first = address;
        this.settings = settings;
        this.disk = new SimDisk(settings.has(DhtFlaw.RECORDS_LOST_AT_RESTART));
    }

    boolean isUp() {
        return process != null && machine.powered;
    }

    /** Since when nothing has happened to it. */
    long steadySince() {
        return steadySince;
    }

    void disturbed() {
        steadySince = wire.world().now();
    }

    Multiaddr address() {
        return address;
    }

    KadPeer self() {
        return new KadPeer(id, List.of(address));
    }

    DhtService service() {
        return running().service();
    }

    Kademlia kademlia() {
        return running().service().kademlia();
    }

    SimHost host() {
        return running().host();
    }

    ProcessLoop loop() {
        return running().loop();
    }

    private Running running() {
        Running now = process;
        if (now == null) {
            throw new IllegalStateException("expected node %d to run, but found it stopped".formatted(machine.number));
        }
        return now;
    }

    void start() {
        World world = wire.world();
        ProcessLoop loop = new ProcessLoop(world);
        Executor fsync = work -> Timers.run(loop, FSYNC, work);
        SimHost host = new FlawedHost(wire, machine, id, List.of(address), loop, first, settings.flaws());
        DhtService service = new DhtService(
                new DhtService.Parts(
                        host, loop, world.random("node-" + machine.number + "-" + starts++), Optional.of(disk), fsync),
                settings.kad(),
                settings.upkeep(),
                new Validators(Map.of()));
        process = new Running(loop, host, service);
        disturbed();
        service.start().whenComplete((done, failure) -> reverb(service, loop));
    }

    /** Sets the schedule to what the projection says, now and on each reverb. */
    private void reverb(DhtService service, ProcessLoop loop) {
        service.keepOnly(pins::contains);
        pins.forEach(service::keep);
        if (settings.has(DhtFlaw.SWEEP_FORGETS_A_REGION)) {
            pins.stream()
                    .filter(content -> content.byteAt(content.size() - 1) < 0)
                    .forEach(content -> service.providing().schedule().announced(content, loop.instant()));
        }
        Timers.run(loop, REVERB, () -> reverb(service, loop));
    }

    /** A content is placed here: announced at once. */
    void pin(ByteString content) {
        pins.add(content);
        if (process != null) {
            service().provide(content).whenComplete((told, failure) -> {});
        }
    }

    /** The process is killed. What it was about to write is lost, and its peers hear of it if the machine can say so. */
    void kill() {
        Running before = process;
        if (before != null) {
            process = null;
            before.loop().end();
            before.host().close();
            disturbed();
        }
    }

    /** From its next start it is somewhere else; the old address is free for others. */
    void move(Multiaddr to) {
        wire.release(address);
        address = to;
    }
}
