package beacon.dht.artifact;

import beacon.dht.erasure.ReedSolomon;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many columns a group has.
 *
 * @param dataShards k: so many columns give back all others; 1 when each column is a copy
 * @param parityShards m: so many columns may be lost
 */
public record Coding(int dataShards, int parityShards) {
    /** Of larger artifacts, unless the writer says otherwise. */
    public static final Coding DEFAULT = new Coding(10, 4);

    /** Of manifests and of payloads of one block: five copies. */
    public static final Coding COPIES = new Coding(1, 4);

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,3})\\+([0-9]{1,3})");

    public Coding {
        if (dataShards < 1 || parityShards < 1 || dataShards + parityShards > ReedSolomon.MAX_SHARDS) {
            throw new IllegalArgumentException("expected k and m of 1 or more, and at most 256 together, but found "
                    + dataShards + "+" + parityShards);
        }
    }

    /** Reads for instance {@code 10+4}. */
    public static Coding parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected data and parity shards like 10+4, but found \"" + text + '"');
        }
        return new Coding(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    public int columns() {
        return dataShards + parityShards;
    }

    /** Whether every column is a copy of the one block of each stripe. */
    public boolean isCopies() {
        return dataShards == 1;
    }

    @Override
    public String toString() {
        return dataShards + "+" + parityShards;
    }
}
