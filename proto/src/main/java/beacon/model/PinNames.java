package beacon.model;

import com.google.protobuf.ByteString;

/**
 * How pins are named in the index: the address of a pin points at the manifest, and its history is the history of the
 * artifact's shards.
 */
public final class PinNames {
    /** Beginning of the keys of all pin addresses; pointers are not set below it. */
    public static final String PINS = "steward:pin@any:any/";

    /** What the address of a released pin points at: nothing, as the identity of no bytes. */
    public static final Cid RELEASED = Cid.of(ByteString.copyFrom(new byte[] {1, 0x55, 0, 0}));

    private PinNames() {}

    /** Address key of the pin of an artifact. */
    public static String pin(Cid manifest) {
        return PINS + manifest;
    }
}
