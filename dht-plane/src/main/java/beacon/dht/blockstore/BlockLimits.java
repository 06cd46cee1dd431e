package beacon.dht.blockstore;

import beacon.dht.blockstore.PutOutcome.Refusal;
import beacon.dht.blockstore.PutOutcome.Refused;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * What a store takes.
 *
 * @param quotaBytes of all blocks together
 * @param maxBlockBytes of one block; Bitswap peers take 2 MiB
 */
public record BlockLimits(long quotaBytes, int maxBlockBytes) {
    /** What every implementation of the exchange accepts. */
    public static final int DEFAULT_MAX_BLOCK_BYTES = 2 << 20;

    /** Why a block would be refused whatever is stored. */
    public Optional<Refused> refusal(Cid cid, ByteString bytes) {
        if (bytes.size() > maxBlockBytes) {
            return Optional.of(new Refused(
                    Refusal.TOO_LARGE,
                    "expected a block of at most " + maxBlockBytes + " bytes, but found " + bytes.size()));
        }
        if (!BlockHash.isKnown(cid)) {
            return Optional.of(
                    new Refused(Refusal.UNKNOWN_HASH, "expected sha2-256 or blake3 with 32 bytes, but found " + cid));
        }
        if (!BlockHash.matches(cid, bytes)) {
            return Optional.of(
                    new Refused(Refusal.HASH_MISMATCH, "expected the bytes of " + cid + ", but found others"));
        }
        return Optional.empty();
    }

    /** The answer to a block that does not fit any more. */
    public Refused quotaExceeded(long usedBytes, int blockBytes) {
        return new Refused(
                Refusal.QUOTA_EXCEEDED,
                "expected room for " + blockBytes + " bytes, but found " + usedBytes + " of " + quotaBytes + " used");
    }
}
