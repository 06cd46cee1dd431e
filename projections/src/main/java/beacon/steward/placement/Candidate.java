package beacon.steward.placement;

import beacon.model.NodeId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * A node that may be given shards, and what its rank depends on.
 *
 * @param domains its failure domains from the largest to the smallest, each with its whole path: "eu", "eu/rack-7"
 * @param weight share of the load it is to carry, for instance its capacity in bytes; above 0
 * @param hash spreads node ids evenly
 */
public record Candidate(NodeId id, List<String> domains, double weight, long hash) {
    public Candidate {
        domains = List.copyOf(domains);
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("expected a finite weight above 0, but found " + weight);
        }
    }

    /**
     * A candidate from what the log says of a node.
     *
     * @param failureDomain slash-separated path from the largest domain to the smallest; empty: a domain of its own
     */
    public static Candidate of(NodeId id, String failureDomain, double weight) {
        return new Candidate(id, paths(failureDomain.isEmpty() ? id.toString() : failureDomain), weight, hashOf(id));
    }

    private static List<String> paths(String path) {
        List<String> paths = new ArrayList<>();
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            paths.add(path.substring(0, slash));
        }
        paths.add(path);
        return paths;
    }

    private static long hashOf(NodeId id) {
        return first64(id.bytes().toByteArray());
    }

    /** First eight bytes of SHA-256. */
    static long first64(byte[] bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
