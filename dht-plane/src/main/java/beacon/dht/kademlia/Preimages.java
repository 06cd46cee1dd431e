package beacon.dht.kademlia;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/**
 * Raw keys whose hash lies in a wanted part of the key space. Servers hash what they are asked for, so walking to a
 * region takes bytes that hash into it; they are found by trying. They look like a sha2-256 multihash, since some servers
 * accept nothing else.
 */
public final class Preimages {
    /** Longest prefix that is searched for: 2^16 hashes, some 20 ms. */
    public static final int MAX_BITS = 16;

    private Preimages() {}

    /**
     * A raw key whose point shares the first bits with another; longer prefixes are cut to {@link #MAX_BITS}.
     *
     * @param salt different salts give different keys
     */
    public static ByteString sharing(KadKey point, int bits, long salt) {
        int wanted = Math.min(bits, MAX_BITS);
        ByteBuffer raw = ByteBuffer.allocate(34).put((byte) 0x12).put((byte) 32).putLong(salt);
        for (long attempt = 0; ; attempt++) {
            raw.putLong(10, attempt);
            ByteString candidate = ByteString.copyFrom(raw.array());
            if (KadKey.of(candidate).commonPrefix(point) >= wanted) {
                return candidate;
            }
        }
    }
}
