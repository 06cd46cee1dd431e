package beacon.sim.cluster;

import beacon.sim.world.World;
import beacon.steward.StewardPolicy;

/**
 * How a cluster is run; times in microseconds.
 *
 * @param beat length of a beat
 * @param pulseBeats beats from one pulse to the next
 * @param barBeats beats from one reverb to the next
 * @param ping time between two looks at a node
 * @param grace how long a node may be down before its columns are made again elsewhere
 * @param auditColumns columns that each node has to show on a reverb
 * @param bytesPerSecond that repairs move at most
 * @param copies of manifests and small artifacts
 * @param dataShards of larger ones
 * @param parityShards of larger ones
 */
public record Policy(
        long beat,
        int pulseBeats,
        int barBeats,
        long ping,
        long grace,
        int auditColumns,
        long bytesPerSecond,
        int copies,
        int dataShards,
        int parityShards) {
    /** As a cluster is by default: pulse every 5 minutes, reverb every hour, 5 copies, 10+4. */
    public static final Policy DEFAULT =
            new Policy(30 * World.SECOND, 10, 120, 10 * World.SECOND, 10 * World.MINUTE, 64, 64L << 20, 5, 10, 4);

    public Policy {
        if (beat < 1
                || pulseBeats < 1
                || barBeats < pulseBeats
                || ping < 1
                || grace < 0
                || auditColumns < 0
                || bytesPerSecond < 1
                || copies < 1
                || dataShards < 1
                || parityShards < 0) {
            throw new IllegalArgumentException("expected a policy with times and numbers above 0, but found " + this);
        }
    }

    /** From one reverb to the next. */
    public long bar() {
        return beat * barBeats;
    }

    /** From one pulse to the next. */
    public long pulse() {
        return beat * pulseBeats;
    }

    /** The same with pulses and reverbs so many times as far from each other. */
    public Policy slower(int times) {
        return new Policy(
                beat,
                pulseBeats * times,
                barBeats * times,
                ping,
                grace,
                auditColumns,
                bytesPerSecond,
                copies,
                dataShards,
                parityShards);
    }

    /** Whether beats come when they do under another policy. */
    boolean beatsAs(Policy other) {
        return beat == other.beat && pulseBeats == other.pulseBeats && barBeats == other.barBeats;
    }

    StewardPolicy steward() {
        StewardPolicy usual = StewardPolicy.DEFAULT;
        return new StewardPolicy(grace, usual.urgentMargin(), usual.lazyLosses(), usual.maxIntents());
    }
}
