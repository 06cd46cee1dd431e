package beacon.node.steward;

import beacon.node.beats.NatsSettings;
import beacon.node.config.NodeConfig;
import beacon.steward.StewardPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * How the steward of a member works.
 *
 * @param beat length of a beat
 * @param pulseBeats beats from one pulse to the next
 * @param barBeats beats from one reverb to the next
 * @param ping time between two looks at a node; three in vain and it is down
 * @param auditBlocks blocks that each node has to show on a reverb
 * @param bytesPerSecond that repairs write and read at most, in all
 * @param deletionGrace from the votes on a tombstone to the release
 * @param policy how decisions weigh
 * @param nats where beats come from over NATS; empty: the local metronome alone
 */
public record StewardSettings(
        Duration beat,
        int pulseBeats,
        int barBeats,
        Duration ping,
        int auditBlocks,
        long bytesPerSecond,
        Duration deletionGrace,
        StewardPolicy policy,
        Optional<NatsSettings> nats) {
    public StewardSettings {
        if (beat.toMillis() < 1
                || pulseBeats < 1
                || barBeats < 1
                || ping.toMillis() < 1
                || bytesPerSecond < 1
                || auditBlocks < 0) {
            throw new IllegalArgumentException("expected times and rates above 0, but found one that is not");
        }
    }

    /** As configured; what is not, is as by default. */
    public static StewardSettings of(NodeConfig.Stewardship configured) {
        StewardPolicy usual = StewardPolicy.DEFAULT;
        return new StewardSettings(
                configured.beat(),
                configured.pulseBeats(),
                configured.barBeats(),
                configured.ping(),
                configured.auditBlocks(),
                configured.bytesPerSecond(),
                configured.deletionGrace(),
                new StewardPolicy(
                        configured.grace().toMillis() * 1_000,
                        usual.urgentMargin(),
                        usual.lazyLosses(),
                        usual.maxIntents()),
                configured.nats());
    }
}
