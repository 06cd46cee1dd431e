package beacon.sim.scenario;

import beacon.sim.world.World;

/**
 * What is deleted again; times in microseconds.
 *
 * @param share of the artifacts that somebody asks to delete; some of them are held, retained, or still have their name
 * @param after a put, on average, somebody asks
 * @param grace from the votes to the release, and how long nodes keep what no pin places on them
 */
public record Deletions(double share, long after, long grace) {
    /** Nothing is deleted. */
    public static final Deletions NONE = new Deletions(0, World.HOUR, World.HOUR);

    public Deletions {
        if (share < 0 || share > 1 || after < 1 || grace < 0) {
            throw new IllegalArgumentException(
                    "expected a share from 0 to 1 to be deleted, after a while, but found %s, %d, %d"
                            .formatted(share, after, grace));
        }
    }

    public boolean isNone() {
        return share == 0;
    }
}
