package beacon.keys.fragments;

import beacon.keys.Entropy;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One key for each bucket, each with a version. Replacing a key makes every earlier file of its bucket unreadable: that
 * is what deletion rests on. Wiped by {@link #close}.
 */
final class BucketKeys implements AutoCloseable {
    static final int BUCKETS = 256;
    static final int STORE_ID_BYTES = 16;

    private static final int MAGIC = 0x46524b31; // FRK1
    private static final int KEY_BYTES = 32;
    private static final int ENCODED_BYTES =
            Integer.BYTES + STORE_ID_BYTES + Long.BYTES + BUCKETS * (Integer.BYTES + KEY_BYTES);

    private final byte[] storeId;
    private final long generation;
    private final int[] versions = new int[BUCKETS];
    private final byte[][] keys = new byte[BUCKETS][];

    private BucketKeys(byte[] storeId, long generation) {
        this.storeId = storeId;
        this.generation = generation;
    }

    static BucketKeys fresh(Entropy entropy) {
        BucketKeys fresh = new BucketKeys(entropy.bytes(STORE_ID_BYTES), 1);
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            fresh.keys[bucket] = entropy.bytes(KEY_BYTES);
        }
        return fresh;
    }

    /** A copy in which one bucket has a fresh key. */
    BucketKeys replacing(int bucket, Entropy entropy) {
        BucketKeys next = new BucketKeys(storeId, generation + 1);
        for (int i = 0; i < BUCKETS; i++) {
            next.versions[i] = versions[i];
            next.keys[i] = keys[i].clone();
        }
        next.versions[bucket]++;
        next.keys[bucket] = entropy.bytes(KEY_BYTES);
        return next;
    }

    byte[] storeId() {
        return storeId.clone();
    }

    long generation() {
        return generation;
    }

    int version(int bucket) {
        return versions[bucket];
    }

    byte[] key(int bucket) {
        return keys[bucket];
    }

    /** Plaintext; the caller wipes it. */
    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(ENCODED_BYTES);
        out.putInt(MAGIC).put(storeId).putLong(generation);
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            out.putInt(versions[bucket]).put(keys[bucket]);
        }
        return out.array();
    }

    static BucketKeys decode(byte[] plain) {
        try {
            ByteBuffer in = ByteBuffer.wrap(plain);
            if (plain.length != ENCODED_BYTES || in.getInt() != MAGIC) {
                throw new FragmentStoreException.Damaged("the key file");
            }
            byte[] storeId = new byte[STORE_ID_BYTES];
            in.get(storeId);
            BucketKeys keys = new BucketKeys(storeId, in.getLong());
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                keys.versions[bucket] = in.getInt();
                keys.keys[bucket] = new byte[KEY_BYTES];
                in.get(keys.keys[bucket]);
            }
            return keys;
        } catch (BufferUnderflowException shorter) {
            throw new FragmentStoreException.Damaged("the key file");
        }
    }

    @Override
    public void close() {
        for (byte[] key : keys) {
            Arrays.fill(key, (byte) 0);
        }
    }
}
