package beacon.keys.records;

import beacon.keys.primitives.Hpke;
import beacon.keys.shares.Point;
import com.google.protobuf.ByteString;

/**
 * A custodian's place among the holders of a key; its index is its place in the list, from 1.
 *
 * @param endpoint host:port where it serves
 * @param ceremonyKey static key of ceremonies, of prime order
 * @param slotKey X-Wing public key
 */
public record Seat(String name, String endpoint, Point ceremonyKey, ByteString slotKey) {
    public Seat {
        Words.require("custodian name", name);
        Words.require("custodian endpoint", endpoint);
        if (slotKey.size() != Hpke.PUBLIC_KEY_BYTES) {
            throw new BadRecordException(
                    "expected a slot key of %d bytes, but found %d".formatted(Hpke.PUBLIC_KEY_BYTES, slotKey.size()));
        }
    }

    /** The same custodian, wherever it serves. */
    public boolean sameHolder(Seat other) {
        return name.equals(other.name) && ceremonyKey.sameAs(other.ceremonyKey) && slotKey.equals(other.slotKey);
    }
}
