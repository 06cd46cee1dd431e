package beacon.index.tree.tiles;

/** Names of tlog-tiles resources, relative to the folder of the log. */
public final class TilePath {
    /** Hashes in a full tile, entries in a full bundle. */
    public static final int WIDTH = 256;

    /** The signed checkpoint. */
    public static final String CHECKPOINT = "checkpoint";

    private static final int GROUP = 1000;

    private TilePath() {}

    /** A full hash tile. */
    public static String hashes(int level, long index) {
        return "tile/" + level + "/" + grouped(index);
    }

    /** A full entry bundle. */
    public static String entries(long index) {
        return "tile/entries/" + grouped(index);
    }

    /** The partial form of a full tile or bundle. */
    public static String partial(String full, int width) {
        return partials(full) + "/" + width;
    }

    /** The folder of all partial forms of a full tile or bundle. */
    public static String partials(String full) {
        return full + ".p";
    }

    /** Groups of three digits; all but the last start with an x. */
    private static String grouped(long index) {
        String path = "%03d".formatted(index % GROUP);
        for (long rest = index / GROUP; rest > 0; rest /= GROUP) {
            path = "x%03d/%s".formatted(rest % GROUP, path);
        }
        return path;
    }
}
