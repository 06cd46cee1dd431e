package beacon.sim.cli;

import beacon.sim.world.World;
import java.util.Locale;

/** Times and amounts for people. */
final class Words {
    private static final double YEAR = 365.25 * World.DAY;
    private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Words() {}

    /** Of microseconds, with the largest unit of which there are two. */
    static String time(double micros) {
        if (micros >= 1e6 * YEAR) {
            return String.format(Locale.ROOT, "%.1e years", micros / YEAR);
        }
        double[] units = {YEAR, World.DAY, World.HOUR, World.MINUTE};
        String[] names = {"years", "days", "h", "min"};
        for (int i = 0; i < units.length; i++) {
            if (micros >= 2 * units[i]) {
                return String.format(Locale.ROOT, "%,.0f %s", micros / units[i], names[i]);
            }
        }
        return String.format(Locale.ROOT, "%.0f s", micros / World.SECOND);
    }

    static String time(long micros) {
        return time((double) micros);
    }

    static String bytes(long bytes) {
        return bytes((double) bytes);
    }

    static String bytes(double bytes) {
        double left = bytes;
        int unit = 0;
        while (left >= 1_024 && unit < SIZES.length - 1) {
            left /= 1_024;
            unit++;
        }
        return String.format(
                Locale.ROOT, left >= 100 || (unit == 0 && left >= 1) ? "%.0f %s" : "%.2g %s", left, SIZES[unit]);
    }
}
