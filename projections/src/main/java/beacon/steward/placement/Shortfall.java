package beacon.steward.placement;

/** What a plan could not give; it says how much is missing, so that an operator knows what to add. */
public sealed interface Shortfall {
    /** There are fewer nodes than pieces. */
    record NodesMissing(int wanted, int found) implements Shortfall {
        @Override
        public String toString() {
            return "expected %d nodes that take pieces, but found %d: add %d".formatted(wanted, found, wanted - found);
        }
    }

    /** A failure domain holds more pieces than may be lost. */
    record DomainOverfull(String domain, int pieces, int allowed) implements Shortfall {
        @Override
        public String toString() {
            return "expected at most %d pieces in the failure domain %s, but found %d: add nodes in other domains"
                    .formatted(allowed, domain, pieces);
        }
    }
}
