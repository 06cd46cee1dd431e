package beacon.dht.kademlia;

import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;

/**
 * A point of the 256-bit key space: the SHA-256 of a peer id, of a multihash or of a record's key. The natural order is
 * that of the numbers; distance is XOR.
 *
 * @param a the most significant 64 bits
 */
public record KadKey(long a, long b, long c, long d) implements Comparable<KadKey> {
    /** Length in bits. */
    public static final int BITS = 256;

    private static final double TWO_TO_64 = 0x1p64;

    /** The point of raw bytes. */
    public static KadKey of(ByteString raw) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            raw.asReadOnlyByteBufferList().forEach(digest::update);
            ByteBuffer hash = ByteBuffer.wrap(digest.digest());
            return new KadKey(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected the JDK to have SHA-256", e);
        }
    }

    /** The point of a peer. */
    public static KadKey of(PeerId peer) {
        return of(peer.bytes());
    }

    /** Length of the common prefix, 0 to 256. */
    public int commonPrefix(KadKey other) {
        if (a != other.a) {
            return Long.numberOfLeadingZeros(a ^ other.a);
        }
        if (b != other.b) {
            return 64 + Long.numberOfLeadingZeros(b ^ other.b);
        }
        if (c != other.c) {
            return 128 + Long.numberOfLeadingZeros(c ^ other.c);
        }
        return d == other.d ? BITS : 192 + Long.numberOfLeadingZeros(d ^ other.d);
    }

    /** Whether {@code x} is closer to this key than {@code y}: negative if so, positive if farther. */
    public int compareDistances(KadKey x, KadKey y) {
        int byA = Long.compareUnsigned(a ^ x.a, a ^ y.a);
        if (byA != 0) {
            return byA;
        }
        int byB = Long.compareUnsigned(b ^ x.b, b ^ y.b);
        if (byB != 0) {
            return byB;
        }
        int byC = Long.compareUnsigned(c ^ x.c, c ^ y.c);
        return byC != 0 ? byC : Long.compareUnsigned(d ^ x.d, d ^ y.d);
    }

    /** Closest to this key first. */
    public Comparator<KadKey> byDistance() {
        return this::compareDistances;
    }

    /** Distance as a share of the key space, 0 to 1; precise enough for estimates. */
    public double distanceShare(KadKey other) {
        long xor = a ^ other.a;
        double unsigned = (xor >>> 1) * 2.0 + (xor & 1);
        return unsigned / TWO_TO_64;
    }

    /** Bit number {@code index}, 0 being the most significant. */
    public boolean bit(int index) {
        long word = index < 64 ? a : index < 128 ? b : index < 192 ? c : d;
        return (word >>> (63 - index % 64) & 1) != 0;
    }

    /** This key with bit {@code index} turned over. */
    public KadKey flip(int index) {
        long mask = 1L << (63 - index % 64);
        return switch (index / 64) {
            case 0 -> new KadKey(a ^ mask, b, c, d);
            case 1 -> new KadKey(a, b ^ mask, c, d);
            case 2 -> new KadKey(a, b, c ^ mask, d);
            default -> new KadKey(a, b, c, d ^ mask);
        };
    }

    @Override
    public int compareTo(KadKey other) {
        int byA = Long.compareUnsigned(a, other.a);
        if (byA != 0) {
            return byA;
        }
        int byB = Long.compareUnsigned(b, other.b);
        if (byB != 0) {
            return byB;
        }
        int byC = Long.compareUnsigned(c, other.c);
        return byC != 0 ? byC : Long.compareUnsigned(d, other.d);
    }
}
