package beacon.bench;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Keys and values of a run, the same for every contender. */
final class Keys {
    /** CIDv1, raw, sha2-256, 32 bytes. */
    private static final byte[] CID_PREFIX = {0x01, 0x55, 0x12, 0x20};

    private static final int HASH_BYTES = 32;

    private Keys() {}

    /** A canonical UCXL address; etcd has it as key. */
    static String address(int key) {
        return "ucxl://agent-%02d:bench@project:task/*^/artifacts/%05d".formatted(key % 100, key);
    }

    /** A well-formed CID for a pointer. */
    static byte[] cid(int number) {
        byte[] hash = new byte[HASH_BYTES];
        new SplittableRandom(number).nextBytes(hash);
        return ByteBuffer.allocate(CID_PREFIX.length + HASH_BYTES)
                .put(CID_PREFIX)
                .put(hash)
                .array();
    }

    /** A value that does not compress. */
    static byte[] value(int bytes, long seed) {
        byte[] value = new byte[bytes];
        new SplittableRandom(seed).nextBytes(value);
        return value;
    }
}
