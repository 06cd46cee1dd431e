package beacon.dht.blockstore;

import beacon.dht.wire.ByteParts;
import beacon.model.Cid;
import beacon.model.blake3.Blake3;
import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash functions that blocks may have: sha2-256, the default, and BLAKE3 of 32 bytes. */
public final class BlockHash {
    /** Multicodec of BLAKE3. */
    public static final long BLAKE3 = 0x1e;

    private static final int DIGEST_BYTES = 32;

    private BlockHash() {}

    /** Whether blocks with such an id can be checked. */
    public static boolean isKnown(Cid cid) {
        return (cid.hashFunction() == Cid.SHA2_256 || cid.hashFunction() == BLAKE3)
                && cid.digest().size() == DIGEST_BYTES;
    }

    /** Whether the bytes are those of the id. */
    public static boolean matches(Cid cid, ByteString bytes) {
        return isKnown(cid) && cid.digest().equals(digest(cid.hashFunction(), bytes));
    }

    /** The id of a block under sha2-256, for instance with codec {@link Cid#RAW}. */
    public static Cid sha256(long codec, ByteString bytes) {
        return Cid.sha256(codec, digest(Cid.SHA2_256, bytes));
    }

    /** The id of a block under BLAKE3. */
    public static Cid blake3(long codec, ByteString bytes) {
        ByteString prefix =
                Cid.sha256(codec, ByteString.copyFrom(new byte[DIGEST_BYTES])).bytes();
        ByteString head = prefix.substring(0, prefix.size() - DIGEST_BYTES - 2);
        return Cid.of(head.concat(ByteString.copyFrom(new byte[] {(byte) BLAKE3, DIGEST_BYTES}))
                .concat(digest(BLAKE3, bytes)));
    }

    private static ByteString digest(long function, ByteString bytes) {
        if (function == Cid.SHA2_256) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                ByteParts.read(bytes, digest::update);
                return ByteString.copyFrom(digest.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("expected the JDK to have SHA-256", e);
            }
        }
        Blake3 hasher = Blake3.hasher();
        ByteParts.read(bytes, hasher::update);
        return ByteString.copyFrom(hasher.digest());
    }
}
