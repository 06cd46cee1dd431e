package beacon.keys.custodian;

import com.google.protobuf.ByteString;

/**
 * How far a custodian has heard the log.
 *
 * @param heard everything up to this sequence
 * @param anchor sequence of an event that it heard: by it the same log is known again
 * @param anchorHash SHA-256 of that event's bytes
 */
public record LogPlace(long heard, long anchor, ByteString anchorHash) {
    public LogPlace {
        if (anchor < 1 || heard < anchor || anchorHash.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected an anchor that was heard, but found %d of %d".formatted(anchor, heard));
        }
    }
}
