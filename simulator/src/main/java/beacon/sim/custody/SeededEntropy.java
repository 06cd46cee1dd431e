package beacon.sim.custody;

import beacon.keys.Entropy;
import beacon.sim.world.World;
import java.util.SplittableRandom;

/** Bytes that follow from the seed of a world, for secrets of a world that does not exist. */
final class SeededEntropy implements Entropy {
    private final World world;
    private final String name;
    private SplittableRandom random;

    SeededEntropy(World world, String name) {
        this.world = world;
        this.name = name;
        this.random = world.random(name);
    }

    /** Everything is drawn again. */
    void repeat() {
        random = world.random(name);
    }

    @Override
    public void fill(byte[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] = (byte) random.nextInt(256);
        }
    }
}
