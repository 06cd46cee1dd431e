package beacon.dht.placement;

import java.time.Duration;

/**
 * Bounds of placing.
 *
 * @param maxBlockBytes of one block
 * @param streamsPerPeer being served at a time; further ones are refused
 * @param bytesUnderway of blocks that are being received or stored, of all peers together
 * @param timeout of one block from the offer to the receipt
 */
public record PlacementLimits(int maxBlockBytes, int streamsPerPeer, long bytesUnderway, Duration timeout) {
    public static PlacementLimits defaults() {
        return new PlacementLimits(2 << 20, 16, 64 << 20, Duration.ofSeconds(60));
    }
}
