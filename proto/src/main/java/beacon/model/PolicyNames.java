package beacon.model;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules for addresses that Beacon itself keeps to. */
public final class PolicyNames {
    /** How long what was put under a prefix is kept at least, whatever anybody asks for. */
    public static final String RETENTION = "retention";

    /** The setting of {@link #RETENTION}: whole seconds, minutes, hours or days, such as "30d"; "0s" takes the rule back. */
    public static final String KEEP = "keep";

    private static final Pattern KEPT = Pattern.compile("([0-9]{1,9})([smhd])");

    private PolicyNames() {}

    /** Reads the value of {@link #KEEP}; empty when it is none. */
    public static Optional<Duration> keep(String text) {
        Matcher parts = KEPT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(parts.group(1));
        return Optional.of(
                switch (parts.group(2)) {
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                });
    }
}
