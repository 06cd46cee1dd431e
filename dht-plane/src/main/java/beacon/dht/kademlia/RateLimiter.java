package beacon.dht.kademlia;

import beacon.dht.wire.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Requests that each peer may make: a mean rate with a burst. Of all peers only those that asked lately are kept. */
final class RateLimiter {
    private static final int MAX_PEERS = 4096;

    private final double perSecond;
    private final double burst;
    private final Map<PeerId, Credit> credits = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Credit> eldest) {
            return size() > MAX_PEERS;
        }
    };

    private record Credit(double tokens, Instant at) {}

    RateLimiter(int perSecond, int burst) {
        this.perSecond = perSecond;
        this.burst = burst;
    }

    /** Whether a peer may make a request that counts for so many. */
    boolean take(PeerId peer, int count, Instant now) {
        Credit before = credits.getOrDefault(peer, new Credit(burst, now));
        double seconds = Math.max(0, Duration.between(before.at(), now).toMillis() / 1e3);
        double tokens = Math.min(burst, before.tokens() + seconds * perSecond);
        boolean granted = tokens >= count;
        credits.put(peer, new Credit(granted ? tokens - count : tokens, now));
        return granted;
    }
}
