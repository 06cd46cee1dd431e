package beacon.keys.authority;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Takes each request once. Remembers ids until they expire; a request from before the start of the process is refused,
 * since what was seen then is forgotten. Not thread-safe.
 */
public final class ReplayGuard {
    /** How far a reader's clock may be ahead. */
    public static final Duration MAX_SKEW = Duration.ofSeconds(30);

    private static final int MAX_REMEMBERED = 200_000;

    private record Seen(ByteString id, Instant until) {}

    private final Instant started;
    private final Duration longestLife;
    private final Map<ByteString, Seen> seen = new LinkedHashMap<>();
    private final Deque<Seen> order = new ArrayDeque<>();

    public ReplayGuard(Instant started, Duration longestLife) {
        this.started = started;
        this.longestLife = longestLife;
    }

    /** Why the request is not taken; empty when it is. */
    public Optional<String> refuses(ByteString id, Instant issued, Instant expires, Instant now) {
        if (issued.isBefore(started)) {
            return Optional.of("expected a request from after the custodian's start; ask again");
        }
        if (issued.isAfter(now.plus(MAX_SKEW))
                || Duration.between(issued, expires).compareTo(longestLife) > 0) {
            return Optional.of("expected a request that is issued now and lives for two minutes at most");
        }
        if (!now.isBefore(expires)) {
            return Optional.of("expected a request that has not expired");
        }
        forget(now);
        if (seen.containsKey(id)) {
            return Optional.of("expected a new request, but found one that was answered; ask again with a new id");
        }
        if (seen.size() >= MAX_REMEMBERED) {
            return Optional.of("expected fewer requests; ask again in two minutes");
        }
        // All are kept equally long, so that the oldest is always the first to go.
        Seen entry = new Seen(id, now.plus(longestLife).plus(MAX_SKEW));
        seen.put(id, entry);
        order.add(entry);
        return Optional.empty();
    }

    private void forget(Instant now) {
        for (Seen oldest = order.peek(); oldest != null && oldest.until().isBefore(now); oldest = order.peek()) {
            seen.remove(oldest.id());
            order.remove();
        }
    }
}
