package beacon.sim.scenario;

import beacon.sim.world.World;
import java.util.LinkedHashMap;
import java.util.Map;

/** Times and sizes as people write them: 90s, 10m, 6h, 2d, 3y; 512KiB, 64MiB, 1TiB. */
public final class Quantity {
    private static final Map<String, Long> TIMES = new LinkedHashMap<>();
    private static final Map<String, Long> SIZES = new LinkedHashMap<>();

    static {
        TIMES.put("y", 31_557_600 * World.SECOND);
        TIMES.put("d", World.DAY);
        TIMES.put("h", World.HOUR);
        TIMES.put("m", World.MINUTE);
        TIMES.put("s", World.SECOND);
        TIMES.put("us", 1L);
        SIZES.put("PiB", 1L << 50);
        SIZES.put("TiB", 1L << 40);
        SIZES.put("GiB", 1L << 30);
        SIZES.put("MiB", 1L << 20);
        SIZES.put("KiB", 1L << 10);
        SIZES.put("B", 1L);
    }

    private Quantity() {}

    /** Microseconds. */
    public static long micros(String text) {
        return parse(text, TIMES, "a time such as 90s, 10m, 6h or 2d");
    }

    /** Bytes. */
    public static long bytes(String text) {
        return parse(text, SIZES, "a size such as 64MiB or 1TiB");
    }

    private static long parse(String text, Map<String, Long> units, String wanted) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        Long unit = units.get(text.substring(digits).trim());
        if (digits == 0 || digits > 15 || (unit == null && !text.equals("0"))) {
            throw new IllegalArgumentException("expected %s, but found \"%s\"".formatted(wanted, text));
        }
        return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), unit == null ? 0 : unit);
    }

    /** Microseconds as people write them. */
    public static String time(long micros) {
        return text(micros, TIMES);
    }

    /** Bytes as people write them. */
    public static String size(long bytes) {
        return text(bytes, SIZES);
    }

    private static String text(long value, Map<String, Long> units) {
        for (Map.Entry<String, Long> unit : units.entrySet()) {
            if (value != 0 && value % unit.getValue() == 0) {
                return value / unit.getValue() + unit.getKey();
            }
        }
        return "0";
    }
}
