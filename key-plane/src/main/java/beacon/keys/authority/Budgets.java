package beacon.keys.authority;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A token bucket for each principal. Not thread-safe.
 *
 * @see Limit
 */
public final class Budgets {
    /** So many wraps in so much time; a bucket starts full. */
    public record Limit(int wraps, Duration per) {}

    private static final int MAX_PRINCIPALS = 10_000;

    private final Limit limit;
    private final LinkedHashMap<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    public Budgets(Limit limit) {
        this.limit = limit;
    }

    private record Bucket(double tokens, Instant at) {}

    /** Takes tokens; false, and nothing is taken, when there are too few. */
    public boolean take(String principal, int wraps, Instant now) {
        Bucket bucket = buckets.getOrDefault(principal, new Bucket(limit.wraps(), now));
        double perMilli = limit.wraps() / (double) limit.per().toMillis();
        double elapsed = Math.max(0, Duration.between(bucket.at(), now).toMillis());
        double tokens = Math.min(limit.wraps(), bucket.tokens() + elapsed * perMilli);
        boolean enough = tokens >= wraps;
        buckets.put(principal, new Bucket(enough ? tokens - wraps : tokens, now));
        forgetOldest();
        return enough;
    }

    /** The principal that asked longest ago; its bucket is full again, or somebody has that many certificates. */
    private void forgetOldest() {
        if (buckets.size() > MAX_PRINCIPALS) {
            Map.Entry<String, Bucket> oldest = buckets.entrySet().iterator().next();
            buckets.remove(oldest.getKey());
        }
    }
}
