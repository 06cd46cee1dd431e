package beacon.index.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ProofPropertyTest {
    private static final int SMALL = 300;

    @Test
    void everyRootUpToThreeHundredLeavesIsTheOneOfTheDefinition() {
        TreeFrontier frontier = new TreeFrontier();
        MemoryNodes nodes = MemoryNodes.of(entries(SMALL));
        List<byte[]> entries = entries(SMALL);
        for (int size = 0; size <= SMALL; size++) {
            byte[] expected = RfcTree.mth(entries.subList(0, size));

            assertThat(frontier.size()).isEqualTo(size);
            assertThat(frontier.root().bytes()).as("frontier of %d", size).isEqualTo(expected);
            assertThat(new ProofMaker(nodes).root(size).bytes())
                    .as("nodes of %d", size)
                    .isEqualTo(expected);
            if (size < SMALL) {
                frontier.append(new TreeHasher().leaf(entries.get(size)));
            }
        }
    }

    @Test
    void everyProofUpToSixtyFourLeavesIsTheOneOfTheDefinition() {
        List<byte[]> entries = entries(64);
        ProofMaker maker = new ProofMaker(MemoryNodes.of(entries));
        for (int size = 1; size <= entries.size(); size++) {
            for (int other = 0; other < size; other++) {
                checkInclusion(maker, entries.subList(0, size), other);
                checkConsistency(maker, entries.subList(0, size), other + 1);
            }
        }
    }

    @Property(tries = 600)
    void proofsUpToThreeHundredLeavesAreThoseOfTheDefinition(
            @ForAll @IntRange(min = 1, max = SMALL) int size, @ForAll @IntRange(min = 0, max = SMALL - 1) int pick) {
        List<byte[]> entries = entries(size);
        ProofMaker maker = new ProofMaker(MemoryNodes.of(entries));

        checkInclusion(maker, entries, pick % size);
        checkConsistency(maker, entries, pick % size + 1);
    }

    @Property(tries = 1000)
    void proofsOfHugeTreesLeadToTheRootByTheDefinition(
            @ForAll @LongRange(min = 1, max = Long.MAX_VALUE) long size,
            @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long pick) {
        long index = pick % size;
        long oldSize = index + 1;
        SparseNodes nodes = new SparseNodes(List.of(index, index ^ 1, size - 1, size / 2, size / 3, pick / 5));
        ProofMaker maker = new ProofMaker(nodes);
        Hash root = maker.root(size);
        Hash oldRoot = maker.root(oldSize);

        List<Hash> inclusion = maker.inclusion(index, size);
        List<Hash> consistency = maker.consistency(oldSize, size);

        Hash leaf = nodes.node(0, index);
        MerkleProofs.verifyInclusion(leaf, index, size, inclusion, root);
        MerkleProofs.verifyConsistency(oldSize, size, consistency, oldRoot, root);
        assertThat(RfcTree.rootOfPath(leaf.bytes(), index, size, RfcTree.bytes(inclusion)))
                .isEqualTo(root.bytes());
        byte[][] roots = RfcTree.rootsOfProof(oldSize, size, RfcTree.bytes(consistency), oldRoot.bytes());
        assertThat(roots[0]).isEqualTo(oldRoot.bytes());
        assertThat(roots[1]).isEqualTo(root.bytes());
    }

    @Property(tries = 400)
    void aChangedProofProvesNothing(
            @ForAll @IntRange(min = 2, max = SMALL) int size,
            @ForAll @IntRange(min = 0, max = SMALL - 1) int pick,
            @ForAll @IntRange(min = 0, max = 1 << 20) int where) {
        List<byte[]> entries = entries(size);
        ProofMaker maker = new ProofMaker(MemoryNodes.of(entries));
        int index = pick % size;
        int oldSize = pick % (size - 1) + 1;
        Hash leaf = new TreeHasher().leaf(entries.get(index));
        Hash root = maker.root(size);
        List<Hash> inclusion = maker.inclusion(index, size);
        List<Hash> consistency = maker.consistency(oldSize, size);

        for (List<Hash> bad : damaged(inclusion, where)) {
            assertThatThrownBy(() -> MerkleProofs.verifyInclusion(leaf, index, size, bad, root))
                    .isInstanceOf(ProofException.class);
        }
        for (List<Hash> bad : damaged(consistency, where)) {
            assertThatThrownBy(() -> MerkleProofs.verifyConsistency(oldSize, size, bad, maker.root(oldSize), root))
                    .isInstanceOf(ProofException.class);
        }
        Hash otherLeaf = new TreeHasher().leaf(new byte[] {42});
        assertThatThrownBy(() -> MerkleProofs.verifyInclusion(otherLeaf, index, size, inclusion, root))
                .isInstanceOf(ProofException.class);
    }

    @Test
    void saysWhatIsWrongWithAProof() {
        List<byte[]> entries = entries(7);
        ProofMaker maker = new ProofMaker(MemoryNodes.of(entries));
        Hash leaf = new TreeHasher().leaf(entries.get(3));
        List<Hash> proof = maker.inclusion(3, 7);
        Hash root = maker.root(7);

        assertReason(ProofException.Reason.INDEX, () -> MerkleProofs.verifyInclusion(leaf, 7, 7, proof, root));
        assertReason(ProofException.Reason.INDEX, () -> maker.inclusion(-1, 7));
        assertReason(ProofException.Reason.SIZE, () -> maker.consistency(8, 7));
        assertReason(ProofException.Reason.SIZE, () -> maker.root(-1));
        assertReason(ProofException.Reason.ROOT, () -> MerkleProofs.verifyInclusion(leaf, 2, 7, proof, root));
        assertReason(
                ProofException.Reason.TOO_SHORT,
                () -> MerkleProofs.verifyInclusion(leaf, 3, 7, proof.subList(0, 2), root));
        assertReason(
                ProofException.Reason.OLD_ROOT,
                () -> MerkleProofs.verifyConsistency(3, 7, maker.consistency(3, 7), root, root));
        assertReason(ProofException.Reason.HASH_LENGTH, () -> Hash.of(new byte[31]));
        assertReason(ProofException.Reason.TOO_LONG, () -> MerkleProofs.verifyConsistency(7, 7, proof, root, root));
    }

    @Test
    void theEmptyTreeProvesNothing() {
        ProofMaker maker = new ProofMaker(MemoryNodes.of(entries(5)));
        Hash empty = TreeHasher.emptyRoot();

        assertThat(maker.consistency(0, 0)).isEmpty();
        MerkleProofs.verifyConsistency(0, 0, List.of(), empty, empty);
        assertReason(ProofException.Reason.SIZE, () -> maker.consistency(0, 5));
        assertReason(
                ProofException.Reason.SIZE,
                () -> MerkleProofs.verifyConsistency(0, 5, List.of(), empty, maker.root(5)));
        assertReason(
                ProofException.Reason.ROOT,
                () -> MerkleProofs.verifyConsistency(0, 0, List.of(), maker.root(1), maker.root(1)));
    }

    private static void checkInclusion(ProofMaker maker, List<byte[]> entries, int index) {
        List<Hash> proof = maker.inclusion(index, entries.size());
        byte[] root = RfcTree.mth(entries);
        Hash leaf = new TreeHasher().leaf(entries.get(index));

        assertThat(proof).isEqualTo(RfcTree.hashes(RfcTree.path(index, entries)));
        assertThat(RfcTree.rootOfPath(leaf.bytes(), index, entries.size(), RfcTree.bytes(proof)))
                .isEqualTo(root);
        MerkleProofs.verifyInclusion(leaf, index, entries.size(), proof, Hash.of(root));
    }

    private static void checkConsistency(ProofMaker maker, List<byte[]> entries, int oldSize) {
        List<Hash> proof = maker.consistency(oldSize, entries.size());
        Hash oldRoot = Hash.of(RfcTree.mth(entries.subList(0, oldSize)));

        assertThat(proof).isEqualTo(RfcTree.hashes(RfcTree.proof(oldSize, entries)));
        MerkleProofs.verifyConsistency(oldSize, entries.size(), proof, oldRoot, Hash.of(RfcTree.mth(entries)));
    }

    private static List<List<Hash>> damaged(List<Hash> proof, int where) {
        List<List<Hash>> bad = new ArrayList<>();
        List<Hash> longer = new ArrayList<>(proof);
        longer.add(TreeHasher.emptyRoot());
        bad.add(longer);
        if (proof.isEmpty()) {
            return bad;
        }
        bad.add(proof.subList(0, proof.size() - 1));
        bad.add(proof.subList(1, proof.size()));
        List<Hash> flipped = new ArrayList<>(proof);
        byte[] bytes = proof.get(where % proof.size()).bytes();
        bytes[where % bytes.length] ^= (byte) (1 << where % 8);
        flipped.set(where % proof.size(), Hash.of(bytes));
        bad.add(flipped);
        return bad;
    }

    private static void assertReason(ProofException.Reason reason, Runnable check) {
        assertThatThrownBy(check::run)
                .isInstanceOfSatisfying(
                        ProofException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static List<byte[]> entries(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    byte[] entry = new byte[i % 70];
                    Arrays.fill(entry, (byte) i);
                    return entry;
                })
                .toList();
    }
}
