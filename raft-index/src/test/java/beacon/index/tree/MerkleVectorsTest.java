package beacon.index.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MerkleVectorsTest {
    @Test
    void agreesWithThePublishedInclusionVectors() {
        int accepted = 0;
        for (var test : Json.cases(Vectors.text("rfc6962/inclusion.json")).entrySet()) {
            Map<String, Object> in = test.getValue();

            ProofException refusal = refusal(() -> MerkleProofs.verifyInclusion(
                    hash(in.get("leafHash")),
                    number(in.get("leafIdx")),
                    number(in.get("treeSize")),
                    proof(in),
                    hash(in.get("root"))));

            assertThat(refusal != null).as("%s: %s", test.getKey(), refusal).isEqualTo(in.get("wantErr"));
            accepted += refusal == null ? 1 : 0;
        }
        assertThat(accepted).isPositive();
    }

    @Test
    void agreesWithThePublishedConsistencyVectors() {
        int accepted = 0;
        for (var test : Json.cases(Vectors.text("rfc6962/consistency.json")).entrySet()) {
            Map<String, Object> in = test.getValue();

            ProofException refusal = refusal(() -> MerkleProofs.verifyConsistency(
                    number(in.get("size1")),
                    number(in.get("size2")),
                    proof(in),
                    root(in.get("root1")),
                    root(in.get("root2"))));

            assertThat(refusal != null).as("%s: %s", test.getKey(), refusal).isEqualTo(in.get("wantErr"));
            accepted += refusal == null ? 1 : 0;
        }
        assertThat(accepted).isPositive();
    }

    /** Inclusion in an aligned subtree is inclusion in a tree of its own; Beacon offers no other subtree proof. */
    @Test
    void agreesWithThePublishedSubtreeInclusionVectorsOfAlignedSubtrees() {
        int accepted = 0;
        for (var test :
                Json.cases(Vectors.text("rfc6962/subtreeinclusion.json")).entrySet()) {
            Map<String, Object> in = test.getValue();
            long start = number(in.get("start"));
            long end = number(in.get("end"));
            if (!isSubtree(start, end)) {
                assertThat(in.get("wantErr")).as(test.getKey()).isEqualTo(true);
                continue;
            }

            ProofException refusal = refusal(() -> MerkleProofs.verifyInclusion(
                    hash(in.get("leafHash")),
                    number(in.get("leafIdx")) - start,
                    end - start,
                    proof(in),
                    hash(in.get("root"))));

            assertThat(refusal != null).as("%s: %s", test.getKey(), refusal).isEqualTo(in.get("wantErr"));
            accepted += refusal == null ? 1 : 0;
        }
        assertThat(accepted).isPositive();
    }

    /** A consistency proof is the proof of a subtree that starts at 0 and is not empty. */
    @Test
    void agreesWithThePublishedSubtreeConsistencyVectorsThatStartAtZero() {
        int accepted = 0;
        for (var test :
                Json.cases(Vectors.text("rfc6962/subtreeconsistency.json")).entrySet()) {
            Map<String, Object> in = test.getValue();
            if (number(in.get("start")) != 0 || number(in.get("end")) == 0) {
                continue;
            }

            ProofException refusal = refusal(() -> MerkleProofs.verifyConsistency(
                    number(in.get("end")),
                    number(in.get("size")),
                    proof(in),
                    root(in.get("root1")),
                    root(in.get("root2"))));

            assertThat(refusal != null).as("%s: %s", test.getKey(), refusal).isEqualTo(in.get("wantErr"));
            accepted += refusal == null ? 1 : 0;
        }
        assertThat(accepted).isPositive();
    }

    private static boolean isSubtree(long start, long end) {
        long count = end - start;
        return count > 0 && start % (count == 1 ? 1 : Long.highestOneBit(count - 1) * 2) == 0;
    }

    private static ProofException refusal(Runnable check) {
        try {
            check.run();
            return null;
        } catch (ProofException e) {
            return e;
        }
    }

    private static long number(Object value) {
        return ((BigInteger) value).longValue();
    }

    private static Hash hash(Object base64) {
        return Hash.of(Base64.getDecoder().decode((String) base64));
    }

    /** Some roots are texts of another length, where only their being equal or not matters. */
    private static Hash root(Object base64) {
        byte[] root = Base64.getDecoder().decode((String) base64);
        return Hash.of(root.length == Hash.BYTES ? root : RfcTree.sha256(root));
    }

    private static List<Hash> proof(Map<String, Object> in) {
        return ((List<?>) in.get("proof")).stream().map(MerkleVectorsTest::hash).toList();
    }
}
