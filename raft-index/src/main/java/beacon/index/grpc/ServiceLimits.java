package beacon.index.grpc;

import java.time.Duration;

/**
 * Bounds on what callers can make a member hold.
 *
 * @param maxMessageBytes of one request
 * @param maxCallsPerConnection calls that one connection has open
 * @param maxStreams replays and watches at this member
 * @param streamStall a stream that is not read for this long is ended
 * @param drain how long open calls may go on when the member stops
 */
public record ServiceLimits(
        int maxMessageBytes, int maxCallsPerConnection, int maxStreams, Duration streamStall, Duration drain) {
    /** The defaults. */
    public static final ServiceLimits DEFAULT =
            new ServiceLimits(4 << 20, 2_048, 256, Duration.ofSeconds(30), Duration.ofSeconds(5));
}
