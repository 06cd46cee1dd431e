package beacon.sim.kademlia;

import java.time.Duration;
import java.util.Locale;

/**
 * Something that happens to the DHT.
 *
 * @param at after everything was announced for the first time
 * @param share of the nodes it happens to; for {@link Kind#LOSS} of the messages
 * @param lasts how long until those nodes are back; for waves, over how long it reaches one after the other
 */
public record DhtFault(Kind kind, Duration at, double share, Duration lasts) {
    /** What happens, and to whom. */
    public enum Kind {
        /** Machines lose their power, and get it back. */
        POWER,
        /** Nodes that provide contents stop, all of them, and are started again. */
        PROVIDERS_DOWN,
        /** The nodes that others start from lose their power. */
        BOOTSTRAP_DOWN,
        /** One node after the other is stopped and started somewhere else, with its disk. */
        REDEPLOY,
        /** One node after the other is stopped and started again. */
        RESTART,
        /** One node that provides nothing after the other leaves, and somebody new comes. */
        REPLACE,
        /** Nodes are cut off from the others. */
        CUT,
        /** Nodes take a hundred times as long. */
        SLOW,
        /** Messages are lost. */
        LOSS,
        /** Everybody looks for one content. */
        CROWD,
        /** Planted nodes surround a content; the share is theirs, relative to k. */
        SYBILS
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%s at %s, share %.2f, for %s", kind.name().toLowerCase(Locale.ROOT), at, share, lasts);
    }
}
