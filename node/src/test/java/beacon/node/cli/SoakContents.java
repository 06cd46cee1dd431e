package beacon.node.cli;

import java.util.SplittableRandom;

/** What is put: a function of the seed, so that nobody need remember it. */
final class SoakContents {
    private static final int KIB = 1 << 10;

    /** In a hundred artifacts: how many are larger than small, and how many of these larger than one block, so coded. */
    private static final int MIDDLE = 8;

    private static final int CODED = 3;

    private final long seed;

    SoakContents(long seed) {
        this.seed = seed;
    }

    static String address(int artifact) {
        return "ucxl://any:any@demo:soak/*^/a-%05d".formatted(artifact);
    }

    static String address(int artifact, long revision) {
        return "ucxl://any:any@demo:soak/*~%d/a-%05d".formatted(revision, artifact);
    }

    boolean isCoded(int artifact) {
        return artifact % 100 < CODED;
    }

    byte[] bytes(int artifact, int version) {
        SplittableRandom random = new SplittableRandom(seed ^ (artifact * 1_000_003L + version));
        int size;
        if (isCoded(artifact)) {
            size = random.nextInt(1_100 * KIB, 3_000 * KIB);
        } else if (artifact % 100 < MIDDLE) {
            size = random.nextInt(64 * KIB, 900 * KIB);
        } else {
            size = random.nextInt(1, 32 * KIB);
        }
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
