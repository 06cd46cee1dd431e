package beacon.dht.wire;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A digest that names its hash function: code and length as varints, then the digest.
 *
 * @param code of the multicodec table
 * @param digest at most 128 bytes
 */
public record Multihash(long code, ByteString digest) {
    public static final long IDENTITY = 0x00;
    public static final long SHA1 = 0x11;
    public static final long SHA2_256 = 0x12;
    public static final long SHA2_512 = 0x13;
    public static final long BLAKE3 = 0x1e;

    /** Longest digest; also what other implementations take. */
    public static final int MAX_DIGEST_BYTES = 128;

    public Multihash {
        if (digest.size() > MAX_DIGEST_BYTES) {
            throw new WireException(
                    "expected a digest of at most %d bytes, but found %d".formatted(MAX_DIGEST_BYTES, digest.size()));
        }
    }

    /** The sha2-256 multihash of some bytes. */
    public static Multihash sha256(ByteString bytes) {
        return new Multihash(SHA2_256, digest("SHA-256", bytes));
    }

    /** The digest of a JDK algorithm over some bytes. */
    static ByteString digest(String algorithm, ByteString bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            bytes.asReadOnlyByteBufferList().forEach(digest::update);
            return ByteString.copyFrom(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected the JDK to have " + algorithm, e);
        }
    }

    /** Reads one multihash that fills the bytes. */
    public static Multihash parse(ByteString bytes) {
        ByteReader reader = new ByteReader(bytes);
        Multihash parsed = read(reader);
        if (reader.hasMore()) {
            throw new WireException(
                    "expected the end of a multihash, but found %d bytes".formatted(reader.remaining()));
        }
        return parsed;
    }

    /** Reads one multihash from a cursor. */
    public static Multihash read(ByteReader reader) {
        long code = reader.varint();
        return new Multihash(code, reader.takePrefixed(MAX_DIGEST_BYTES));
    }

    /** The binary form. */
    public ByteString bytes() {
        return ByteString.copyFrom(Varint.encode(code))
                .concat(ByteString.copyFrom(Varint.encode(digest.size())))
                .concat(digest);
    }
}
