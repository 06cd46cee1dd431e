package beacon.steward;

/**
 * How the steward weighs.
 *
 * @param graceMicros how long a node may be down before its columns are made again elsewhere, unless a group of them is
 *     close to its end
 * @param urgentMargin columns that may still be lost at or below which nothing is waited for
 * @param lazyLosses lost columns of a group up to which nothing is made again; 0 makes every one again
 * @param maxIntents of one decision
 */
public record StewardPolicy(long graceMicros, int urgentMargin, int lazyLosses, int maxIntents) {
    /** Ten minutes of grace unless only one more column may be lost; every loss is made good. */
    public static final StewardPolicy DEFAULT = new StewardPolicy(600_000_000, 1, 0, 1_024);

    public StewardPolicy {
        if (graceMicros < 0 || urgentMargin < 0 || lazyLosses < 0 || maxIntents < 1) {
            throw new IllegalArgumentException(
                    "expected numbers from 0 on and one intent or more, but found %d, %d, %d, %d"
                            .formatted(graceMicros, urgentMargin, lazyLosses, maxIntents));
        }
    }
}
