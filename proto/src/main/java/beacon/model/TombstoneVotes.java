package beacon.model;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Who has to agree that an artifact is deleted: of all nodes that have not left, the five that come first in the order of a
 * hash over manifest and node; three of them, or more than half where there are fewer. Nobody can choose them, and whether
 * one of them is away makes no other one designated.
 */
public final class TombstoneVotes {
    /** Nodes that are designated at most. */
    public static final int DESIGNATED = 5;

    private static final byte[] CONTEXT = "beacon/tombstone/1".getBytes(StandardCharsets.US_ASCII);
    /** Protobuf form of an Ed25519 key as an identity multihash, before the key's 32 bytes; libp2p peer id specification. */
    private static final ByteString ED25519_ID = ByteString.copyFrom(new byte[] {0, 0x24, 8, 1, 0x12, 0x20});
    /** SubjectPublicKeyInfo of an Ed25519 key before its 32 bytes, RFC 8410. */
    private static final ByteString ED25519_KEY =
            ByteString.copyFrom(new byte[] {0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0});

    private static final int KEY_BYTES = 32;

    private TombstoneVotes() {}

    /** A node and its place in the order. */
    private record Ranked(ByteString node, long rank) {}

    /**
     * The nodes whose votes count.
     *
     * @param nodes ids of all nodes that have not left
     */
    public static List<ByteString> designated(ByteString manifest, Collection<ByteString> nodes) {
        long seed = first64(manifest);
        List<Ranked> ranked = new ArrayList<>(nodes.size());
        for (ByteString node : nodes) {
            ranked.add(new Ranked(node, mix(seed ^ mix(hash(node)))));
        }
        return ranked.stream()
                .sorted(Comparator.comparingLong(Ranked::rank)
                        .thenComparing(Ranked::node, ByteString.unsignedLexicographicalComparator()))
                .limit(DESIGNATED)
                .map(Ranked::node)
                .toList();
    }

    /**
     * Votes that are needed.
     *
     * @param nodes nodes that have not left
     */
    public static int needed(int nodes) {
        return Math.min(DESIGNATED, nodes) / 2 + 1;
    }

    private static long first64(ByteString bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private static long hash(ByteString node) {
        long hash = 0;
        for (int i = 0; i < node.size(); i++) {
            hash = mix(hash + node.byteAt(i) + 1);
        }
        return hash;
    }

    /** Finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long mixed = value + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** What a node signs. */
    public static byte[] toSign(ByteString manifest, ByteString node, long proposal) {
        return ByteBuffer.allocate(CONTEXT.length + manifest.size() + node.size() + Long.BYTES)
                .put(CONTEXT)
                .put(manifest.asReadOnlyByteBuffer())
                .put(node.asReadOnlyByteBuffer())
                .putLong(proposal)
                .array();
    }

    /** Whether the key that the node is named after made this signature; false for ids that are not of Ed25519 keys. */
    public static boolean isSigned(ByteString manifest, ByteString node, long proposal, ByteString signature) {
        if (!node.startsWith(ED25519_ID) || node.size() != ED25519_ID.size() + KEY_BYTES) {
            return false;
        }
        byte[] key = ED25519_KEY.concat(node.substring(ED25519_ID.size())).toByteArray();
        try {
            PublicKey named = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(key));
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(named);
            check.update(toSign(manifest, node, proposal));
            return check.verify(signature.toByteArray());
        } catch (GeneralSecurityException notOne) {
            return false;
        }
    }
}
