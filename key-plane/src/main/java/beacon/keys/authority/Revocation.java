package beacon.keys.authority;

import com.google.protobuf.ByteString;
import java.time.Instant;

/**
 * The organisation takes back a claim, or has a key destroyed; the other id is empty.
 */
public record Revocation(String organisation, ByteString claimId, ByteString keyId, String reason, Instant issued) {
    /** What the root signs a revocation for. */
    public static final String USE = "beacon/revocation/v1";
}
