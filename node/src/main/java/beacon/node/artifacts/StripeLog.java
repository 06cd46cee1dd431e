package beacon.node.artifacts;

import com.google.protobuf.ByteString;

/** Is told of each stripe of a payload before any of it leaves. */
public interface StripeLog {
    /** Remembers nothing. */
    StripeLog NONE = (digest, bytes, only) -> {};

    /**
     * The next stripe is about to leave; does not when this fails.
     *
     * @param digest of the ids of its blocks, 32 bytes
     * @param bytes of its blocks
     * @param only whether the payload is nothing but this one block
     */
    void sending(ByteString digest, long bytes, boolean only);
}
