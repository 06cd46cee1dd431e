package beacon.sim.kademlia;

import beacon.dht.wire.Multiaddr;
import beacon.sim.world.World;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What is between the machines: who listens where, how long things take, what is lost. Connections are reliable as TCP's
 * are: what is lost comes later, and order holds. Everything that is sent goes into a hash, which the trace takes now and
 * then.
 */
final class Wire {
    private static final long LEAST_MICROS = 200;
    private static final long JITTER_MICROS = 2_000;
    private static final long RETRANSMISSION = 200_000;
    private static final long PRIME = 0x100000001b3L;

    private final World world;
    private final SplittableRandom random;
    private final Map<Multiaddr, SimHost> listening = new LinkedHashMap<>();
    /** Machines at whose addresses nobody listens; without power, or unknown here, nothing at all comes back. */
    private final Map<Multiaddr, Machine> owners = new LinkedHashMap<>();

    private double loss;
    private long messages;
    private long bytes;
    private long hash = 0xcbf29ce484222325L;

    Wire(World world, double loss) {
        this.world = world;
        this.random = world.random("wire");
        this.loss = loss;
    }

    World world() {
        return world;
    }

    void loss(double share) {
        loss = share;
    }

    void listen(Multiaddr address, SimHost host) {
        SimHost other = listening.putIfAbsent(address, host);
        if (other != null) {
            throw new IllegalStateException("expected a free address, but found %s taken".formatted(address));
        }
        owners.put(address, host.machine());
    }

    void unlisten(Multiaddr address, SimHost host) {
        listening.remove(address, host);
    }

    /** A machine has another address now, and may leave the old one to somebody else. */
    void release(Multiaddr address) {
        owners.remove(address);
    }

    @Nullable
    SimHost at(Multiaddr address) {
        return listening.get(address);
    }

    /** Whether a dial there is refused rather than never answered. */
    boolean refuses(Machine from, Multiaddr address) {
        Machine owner = owners.get(address);
        return owner != null && from.reaches(owner);
    }

    /** Time one way, retransmissions included. */
    long delay(Machine from, Machine to) {
        long micros = (LEAST_MICROS + from.lagMicros + to.lagMicros + random.nextLong(JITTER_MICROS))
                * Math.max(from.slowness, to.slowness);
        while (loss > 0 && random.nextDouble() < loss) {
            micros += RETRANSMISSION;
        }
        return micros;
    }

    void count(Machine from, Machine to, int size) {
        messages++;
        bytes += size;
        hash = (hash ^ (world.now() * 31 + from.number * 1_000_003L + to.number * 7_919L + size)) * PRIME;
    }

    long messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }

    /** Of everything sent so far: its time, ends and length. */
    long hash() {
        return hash;
    }
}
