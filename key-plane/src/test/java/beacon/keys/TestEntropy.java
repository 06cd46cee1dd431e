package beacon.keys;

import java.util.Random;

/** Reproducible bytes. In test sources only, so that production cannot reach it. */
public final class TestEntropy implements Entropy {
    private final Random random;

    public TestEntropy(long seed) {
        random = new Random(seed);
    }

    @Override
    public synchronized void fill(byte[] target) {
        random.nextBytes(target);
    }
}
