package beacon.sim.world;

import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Messages between named places: each takes its time, some are lost or come twice, and between the sides of a partition
 * none arrives.
 */
public final class Network {
    private static final long LEAST_LATENCY = 200;
    private static final long MOST_LATENCY = 4_000;
    private static final long RETRANSMISSION = 200_000;

    private final World world;
    private final SplittableRandom random;
    private final double loss;
    private final Map<String, Integer> sides = new TreeMap<>();
    private long changes;

    /**
     * A network without partition.
     *
     * @param loss share of messages that do not arrive, from 0 to 1
     */
    public Network(World world, double loss) {
        this.world = world;
        this.random = world.random("network");
        this.loss = loss;
    }

    /** Cuts a place off from everybody who is not on its side; 0 is the side of all others. */
    public void side(String place, int side) {
        changes++;
        if (side == 0) {
            sides.remove(place);
        } else {
            sides.put(place, side);
        }
    }

    /** Grows with every cut and its end. */
    public long changes() {
        return changes;
    }

    /** Whether messages can pass. */
    public boolean connects(String one, String other) {
        return sides.isEmpty() || sides.getOrDefault(one, 0).equals(sides.getOrDefault(other, 0));
    }

    /** Whether a message that was sent now would arrive. */
    public boolean passes(String from, String to) {
        return connects(from, to) && (loss == 0 || random.nextDouble() >= loss);
    }

    /** Brings a message: runs what the receiver does with it, soon; never when it is lost. */
    public void send(String from, String to, Runnable arrival) {
        if (random.nextDouble() < loss) {
            return;
        }
        deliver(from, to, 0, arrival);
        if (random.nextDouble() < loss / 4) {
            deliver(from, to, MOST_LATENCY, arrival);
        }
    }

    private void deliver(String from, String to, long late, Runnable arrival) {
        world.after(late + random.nextLong(LEAST_LATENCY, MOST_LATENCY), () -> {
            if (connects(from, to)) {
                arrival.run();
            }
        });
    }

    /** As over a connection: what is lost is sent again, later. */
    private void stream(String from, String to, Runnable arrival) {
        long late = 0;
        while (random.nextDouble() < loss) {
            late += RETRANSMISSION;
        }
        deliver(from, to, late, arrival);
    }

    /**
     * Asks over a connection and waits for the answer.
     *
     * @param work what the asked place does; an empty answer is none
     * @param duration of the work, its bytes on their way included
     * @param then gets the answer, or nothing when none came in time; called once
     */
    public <T> void call(
            String from,
            String to,
            long duration,
            long timeout,
            Supplier<Optional<T>> work,
            Consumer<Optional<T>> then) {
        Once<T> once = new Once<>(then);
        stream(
                from,
                to,
                () -> world.after(
                        duration,
                        () -> work.get()
                                .ifPresent(answer -> stream(to, from, () -> once.accept(Optional.of(answer))))));
        world.after(timeout, () -> once.accept(Optional.empty()));
    }

    /** Passes on what comes first. */
    private static final class Once<T> {
        private final Consumer<Optional<T>> then;
        private boolean done;

        Once(Consumer<Optional<T>> then) {
            this.then = then;
        }

        void accept(Optional<T> answer) {
            if (!done) {
                done = true;
                then.accept(answer);
            }
        }
    }
}
