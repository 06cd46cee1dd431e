package beacon.sim.kademlia;

import beacon.dht.kademlia.KadKey;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.wire.PeerId;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Makes faults happen. Whom they hit is drawn when they begin. */
final class DhtFaults {
    private static final int SYBIL_BITS = 14;
    private static final long DOWN = 30 * World.SECOND;
    private static final long DOWN_JITTER = 2 * World.MINUTE;

    private final DhtSimulation simulation;
    private final DhtScenario scenario;
    private final World world;
    private final Wire wire;
    private final SplittableRandom random;

    DhtFaults(DhtSimulation simulation, DhtScenario scenario) {
        this.simulation = simulation;
        this.scenario = scenario;
        this.world = simulation.world();
        this.wire = simulation.wire();
        this.random = world.random("faults");
    }

    void plan(long begin) {
        for (DhtFault fault : scenario.faults()) {
            world.after(begin + DhtSimulation.micros(fault.at()), () -> {
                world.say("fault " + fault);
                happen(fault, DhtSimulation.micros(fault.lasts()));
            });
        }
    }

    private void happen(DhtFault fault, long lasts) {
        switch (fault.kind()) {
            case POWER -> draw(fault.share(), peer -> true).forEach(peer -> power(peer, lasts));
            case PROVIDERS_DOWN ->
                draw(fault.share(), peer -> !peer.pins.isEmpty()).forEach(peer -> down(peer, lasts));
            case BOOTSTRAP_DOWN ->
                simulation.peers().subList(0, DhtSimulation.BOOTSTRAPS).forEach(peer -> power(peer, lasts));
            case REDEPLOY -> wave(draw(fault.share(), this::mayMove), lasts, this::redeploy);
            case RESTART -> wave(draw(fault.share(), peer -> true), lasts, this::restart);
            case REPLACE ->
                wave(draw(fault.share(), peer -> mayMove(peer) && peer.pins.isEmpty()), lasts, this::replace);
            case CUT -> draw(fault.share(), peer -> true).forEach(peer -> cut(peer, lasts));
            case SLOW -> draw(fault.share(), peer -> true).forEach(peer -> slow(peer, lasts));
            case LOSS -> {
                wire.loss(fault.share());
                world.after(lasts, () -> wire.loss(0));
            }
            case CROWD -> crowd(fault.share());
            case SYBILS -> plant(fault.share());
        }
    }

    private boolean mayMove(DhtPeer peer) {
        return simulation.peers().indexOf(peer) >= DhtSimulation.BOOTSTRAPS;
    }

    private List<DhtPeer> draw(double share, Predicate<DhtPeer> which) {
        List<DhtPeer> candidates = new ArrayList<>(
                simulation.peers().stream().filter(DhtPeer::isUp).filter(which).toList());
        int count = (int) Math.round(share * candidates.size());
        List<DhtPeer> drawn = new ArrayList<>();
        while (drawn.size() < count) {
            drawn.add(candidates.remove(random.nextInt(candidates.size())));
        }
        return drawn;
    }

    private void power(DhtPeer peer, long lasts) {
        peer.machine.powered = false;
        peer.kill();
        world.after(lasts, () -> {
            peer.machine.powered = true;
            start(peer);
        });
    }

    private void down(DhtPeer peer, long lasts) {
        peer.kill();
        world.after(lasts, () -> start(peer));
    }

    private void start(DhtPeer peer) {
        if (!peer.isUp() && peer.machine.powered && simulation.peers().contains(peer)) {
            peer.start();
        }
    }

    private void wave(List<DhtPeer> hit, long lasts, Consumer<DhtPeer> each) {
        for (int i = 0; i < hit.size(); i++) {
            DhtPeer peer = hit.get(i);
            world.after(lasts * i / hit.size(), () -> {
                if (peer.isUp()) {
                    each.accept(peer);
                }
            });
        }
    }

    private void restart(DhtPeer peer) {
        down(peer, DOWN + random.nextLong(DOWN_JITTER));
    }

    private void redeploy(DhtPeer peer) {
        world.say("node %d moves".formatted(peer.machine.number));
        peer.kill();
        peer.move(simulation.nextAddress());
        world.after(DOWN + random.nextLong(DOWN_JITTER), () -> start(peer));
    }

    private void replace(DhtPeer peer) {
        DhtPeer fresh = simulation.replacement();
        world.say("node %d leaves, node %d comes".formatted(peer.machine.number, fresh.machine.number));
        peer.kill();
        simulation.peers().remove(peer);
        simulation.peers().add(fresh);
        fresh.start();
    }

    private void cut(DhtPeer peer, long lasts) {
        peer.machine.side = 1;
        peer.disturbed();
        world.after(lasts, () -> {
            peer.machine.side = 0;
            peer.disturbed();
        });
    }

    private void slow(DhtPeer peer, long lasts) {
        peer.machine.slowness = 100;
        peer.disturbed();
        world.after(lasts, () -> {
            peer.machine.slowness = 1;
            peer.disturbed();
        });
    }

    private void crowd(double share) {
        ByteString wanted =
                simulation.contents().get(random.nextInt(simulation.contents().size()));
        for (DhtPeer peer : draw(share, each -> true)) {
            for (int i = 0; i < 20; i++) {
                world.after(
                        random.nextLong(2 * World.SECOND),
                        () -> simulation.readers().look(peer, wanted));
            }
        }
    }

    private void plant(double share) {
        ByteString victim = simulation.contents().get(0);
        KadKey target = KadKey.of(victim);
        List<KadPeer> planted = new ArrayList<>();
        List<KadPeer> honest = simulation.peers().stream().map(DhtPeer::self).toList();
        int count = (int) Math.round(share * DhtSimulation.K);
        for (int i = 0; i < count; i++) {
            PeerId id = Sybil.near(target, SYBIL_BITS, random);
            planted.add(new KadPeer(id, List.of(simulation.nextAddress())));
        }
        for (KadPeer one : planted) {
            Sybil unused = Sybil.start(
                    wire, simulation.newMachine(), one.id(), one.addresses().get(0), planted, honest);
        }
    }
}
