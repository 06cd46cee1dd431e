package beacon.dht.bitswap;

import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A peer as one session sees it: what it was asked for, and how quick it has been. */
final class Provider {
    /** Answers after which a peer is taken to have everything that the session wants. */
    private static final int PROVEN_AFTER = 8;

    private static final int FIRST_SLOTS = 16;
    private static final double WEIGHT_OF_NEWEST = 0.2;
    private static final double FIRST_BLOCK_BYTES = 256 << 10;
    private static final double FIRST_BLOCK_MILLIS = 20;

    private final PeerId id;
    private final Map<Cid, Instant> asked = new LinkedHashMap<>();
    private double blockBytes = FIRST_BLOCK_BYTES;
    private double blockMillis = FIRST_BLOCK_MILLIS;
    private Instant lastHeard;
    private Instant lastBlock;
    private int received;
    private int denied;
    private int strikes;

    Provider(PeerId id, Instant now) {
        this.id = id;
        this.lastHeard = now;
        this.lastBlock = now;
    }

    PeerId id() {
        return id;
    }

    void ask(Cid cid, Instant now) {
        if (asked.isEmpty()) {
            lastHeard = now;
            lastBlock = now;
        }
        asked.put(cid, now);
    }

    /** No longer waits for a block of this peer; whether it did. */
    boolean release(Cid cid) {
        return asked.remove(cid) != null;
    }

    /** What it was asked for, oldest first. */
    List<Cid> asked() {
        return List.copyOf(asked.keySet());
    }

    int load() {
        return asked.size();
    }

    void heard(Instant now) {
        lastHeard = now;
    }

    /** It sent a block that it was asked for. */
    void delivered(int bytes, Instant now) {
        double millis = Duration.between(lastBlock, now).toNanos() / 1e6;
        blockMillis += WEIGHT_OF_NEWEST * (millis - blockMillis);
        blockBytes += WEIGHT_OF_NEWEST * (bytes - blockBytes);
        lastBlock = now;
        received++;
        strikes = 0;
    }

    void denied() {
        denied++;
    }

    boolean isProven() {
        return received >= PROVEN_AFTER && denied == 0;
    }

    /** Whether another want can be sent; few until it has shown what it can. */
    boolean hasRoom(BitswapLimits.Requests limits) {
        if (received < PROVEN_AFTER) {
            return asked.size() < Math.min(FIRST_SLOTS, limits.wantsPerProvider());
        }
        double byBytes = limits.bytesPerProvider() / Math.max(1, blockBytes);
        return asked.size() < Math.max(2, Math.min(limits.wantsPerProvider(), byBytes));
    }

    /** When it would be done with one more want, in milliseconds from now, by what it did so far. */
    double finishMillis() {
        return (asked.size() + 1) * blockMillis;
    }

    /** Whether it was asked and has sent nothing for so long. */
    boolean isSilent(Duration patience, Instant now) {
        return !asked.isEmpty() && Duration.between(lastHeard, now).compareTo(patience) > 0;
    }

    /** It failed once more in a row; how often by now. */
    int strike(Instant now) {
        lastHeard = now;
        return ++strikes;
    }
}
