package beacon.keys.authority;

import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;

/** It is between two times of day, the first included; over midnight when the second is earlier. */
record WithinHours(LocalTime from, LocalTime to, ZoneId zone) implements Condition {
    @Override
    public Optional<String> refuses(Situation situation) {
        LocalTime now = situation.now().atZone(zone).toLocalTime();
        boolean afterFrom = !now.isBefore(from);
        boolean beforeTo = now.isBefore(to);
        boolean within = from.isBefore(to) ? afterFrom && beforeTo : afterFrom || beforeTo;
        return within ? Optional.empty() : Optional.of("expected a time from %s to %s %s".formatted(from, to, zone));
    }
}
