package beacon.sim.world;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;

/**
 * One thread of virtual time: what is due runs in the order of (time, number of its insertion), and nothing else decides
 * what comes next. Randomness comes from one seed, forked by name, so that a part that draws more does not change what
 * another one draws.
 */
public final class World {
    public static final long SECOND = 1_000_000;
    public static final long MINUTE = 60 * SECOND;
    public static final long HOUR = 60 * MINUTE;
    public static final long DAY = 24 * HOUR;

    /** What the clocks of a world show when it begins: a full hour, 2026-01-01T00:00:00Z. */
    private static final long EPOCH_MICROS = 1_767_225_600L * SECOND;

    private final long seed;
    private final long epochMicros;
    private final Trace trace = new Trace();
    private final Agenda agenda = new Agenda();
    private long now;
    private long steps;

    public World(long seed) {
        this(seed, EPOCH_MICROS);
    }

    /**
     * A world.
     *
     * @param epochMicros what its clocks show when it begins, in microseconds since 1970 UTC
     */
    public World(long seed, long epochMicros) {
        this.seed = seed;
        this.epochMicros = epochMicros;
    }

    /** Microseconds since the world began. */
    public long now() {
        return now;
    }

    /** The time that clocks show, in microseconds since 1970 UTC. */
    public long unixMicros() {
        return epochMicros + now;
    }

    /** What has happened. */
    public Trace trace() {
        return trace;
    }

    /** Things done so far. */
    public long steps() {
        return steps;
    }

    /** Puts a line on the trace, with the time. */
    public void say(String line) {
        trace.add(now, line);
    }

    /** Randomness of its own for a part; the same for the same name. */
    public SplittableRandom random(String name) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest((seed + "/" + name).getBytes(StandardCharsets.UTF_8));
            return new SplittableRandom(ByteBuffer.wrap(hash).getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Has something done after a while; what is due at the same time is done in the order of these calls. */
    public void after(long micros, Runnable work) {
        if (micros < 0) {
            throw new IllegalArgumentException("expected a time to come, but found " + micros);
        }
        agenda.add(now + micros, work);
    }

    /** Has something done again and again, first after one period. */
    public void every(long micros, Runnable work) {
        after(micros, () -> {
            work.run();
            every(micros, work);
        });
    }

    /**
     * Does everything that is due up to a time, and then it is that time.
     *
     * @throws IllegalStateException after a step in which something was logged as an error
     */
    public void runUntil(long micros) {
        try (ErrorLines errors = ErrorLines.watch()) {
            while (agenda.nextAt() <= micros) {
                now = agenda.nextAt();
                steps++;
                agenda.poll().run();
                errors.expectNone();
            }
        }
        now = Math.max(now, micros);
    }
}
