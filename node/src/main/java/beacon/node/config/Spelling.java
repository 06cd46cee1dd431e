package beacon.node.config;

/** Whether a word is a slip of another one. */
final class Spelling {
    private static final int SLIPS = 2;

    private Spelling() {}

    /** True for at most two letters added, dropped or changed. */
    static boolean isNear(String known, String found) {
        int[] row = new int[found.length() + 1];
        for (int j = 0; j <= found.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= known.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= found.length(); j++) {
                int above = row[j];
                int change = known.charAt(i - 1) == found.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(above, row[j - 1]) + 1, diagonal + change);
                diagonal = above;
            }
        }
        return row[found.length()] <= SLIPS;
    }
}
