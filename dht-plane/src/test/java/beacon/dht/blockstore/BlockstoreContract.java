package beacon.dht.blockstore;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.blockstore.PutOutcome.AlreadyStored;
import beacon.dht.blockstore.PutOutcome.Refusal;
import beacon.dht.blockstore.PutOutcome.Refused;
import beacon.dht.blockstore.PutOutcome.Stored;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every block store keeps to. */
public abstract class BlockstoreContract {
    protected static final BlockLimits LIMITS = new BlockLimits(100_000, 10_000);

    protected final List<Cid> reported = new ArrayList<>();

    /** A new, empty store with {@link #LIMITS} that reports to {@link #reported}. */
    protected abstract Blockstore store();

    /** Breaks the stored copy. */
    protected abstract void damage(Blockstore store, Cid cid, ByteString bytesInstead);

    @Test
    void givesBackWhatWasStored() {
        Blockstore store = store();
        ByteString bytes = block(1, 1000);
        Cid sha = BlockHash.sha256(Cid.RAW, bytes);
        Cid blake = BlockHash.blake3(Cid.DAG_CBOR, bytes);

        assertThat(store.put(sha, bytes)).isEqualTo(new Stored());
        assertThat(store.put(blake, bytes)).isEqualTo(new Stored());

        assertThat(store.get(sha)).contains(bytes);
        assertThat(store.get(blake)).contains(bytes);
        assertThat(store.has(sha)).isTrue();
        assertThat(store.size(sha)).hasValue(1000);
        assertThat(store.stats().blocks()).isEqualTo(2);
        assertThat(store.stats().bytes()).isEqualTo(2000);
    }

    @Test
    void aBlockThatIsOldEnoughIsRemovedAndARenewedOneIsNot() {
        Blockstore store = store();
        ByteString bytes = block(1, 1000);
        Cid cid = BlockHash.sha256(Cid.RAW, bytes);
        Instant now = Instant.now();
        store.put(cid, bytes);

        assertThat(store.deleteUnless(cid, now.minusSeconds(60))).isEmpty();
        assertThat(store.renew(cid, now.plusSeconds(3_600))).hasValue(1000);
        assertThat(store.deleteUnless(cid, now.plusSeconds(3_600))).isEmpty();
        assertThat(store.has(cid)).isTrue();

        assertThat(store.deleteUnless(cid, now.plusSeconds(3_601))).hasValue(1000);
        assertThat(store.get(cid)).isEmpty();
        assertThat(store.deleteUnless(cid, now.plusSeconds(3_601))).isEmpty();
        assertThat(store.renew(cid, now)).isEmpty();
        assertThat(store.stats().bytes()).isZero();
    }

    @Test
    void takesAnEmptyBlock() {
        Blockstore store = store();
        Cid cid = BlockHash.sha256(Cid.RAW, ByteString.EMPTY);

        assertThat(store.put(cid, ByteString.EMPTY)).isEqualTo(new Stored());

        assertThat(store.get(cid)).contains(ByteString.EMPTY);
    }

    @Test
    void knowsNothingOfOtherBlocks() {
        Blockstore store = store();
        Cid cid = BlockHash.sha256(Cid.RAW, block(1, 10));

        assertThat(store.get(cid)).isEmpty();
        assertThat(store.has(cid)).isFalse();
        assertThat(store.size(cid)).isEmpty();
        assertThat(store.delete(cid)).isFalse();
    }

    @Test
    void storesTheSameBlockOnce() {
        Blockstore store = store();
        ByteString bytes = block(1, 1000);
        Cid cid = BlockHash.sha256(Cid.RAW, bytes);
        store.put(cid, bytes);

        assertThat(store.put(cid, bytes)).isEqualTo(new AlreadyStored());

        assertThat(store.stats().bytes()).isEqualTo(1000);
    }

    @Test
    void refusesBytesThatAreNotThoseOfTheId() {
        Blockstore store = store();
        Cid cid = BlockHash.sha256(Cid.RAW, block(1, 10));

        assertRefused(store.put(cid, block(2, 10)), Refusal.HASH_MISMATCH);

        assertThat(store.has(cid)).isFalse();
        assertThat(store.stats().bytes()).isZero();
    }

    @Test
    void refusesHashFunctionsItCannotCheck() {
        Blockstore store = store();
        ByteString identity = ByteString.copyFrom(new byte[] {1, 0x55, 0, 3, 7, 7, 7});

        assertRefused(store.put(Cid.of(identity), ByteString.copyFrom(new byte[] {7, 7, 7})), Refusal.UNKNOWN_HASH);
        assertThat(store.get(Cid.of(identity))).isEmpty();
    }

    @Test
    void refusesABlockThatIsTooLarge() {
        Blockstore store = store();
        ByteString bytes = block(1, 10_001);

        assertRefused(store.put(BlockHash.sha256(Cid.RAW, bytes), bytes), Refusal.TOO_LARGE);
    }

    @Test
    void keepsToItsQuota() {
        Blockstore store = store();
        for (int i = 0; i < 10; i++) {
            assertThat(put(store, block(i, 10_000)).isKept()).isTrue();
        }

        assertRefused(put(store, block(10, 1)), Refusal.QUOTA_EXCEEDED);
        assertThat(store.delete(BlockHash.sha256(Cid.RAW, block(3, 10_000)))).isTrue();

        assertThat(put(store, block(10, 1)).isKept()).isTrue();
        assertThat(store.stats().bytes()).isEqualTo(90_001);
    }

    @Test
    void aDeletedBlockIsGone() {
        Blockstore store = store();
        ByteString bytes = block(1, 10);
        Cid cid = BlockHash.sha256(Cid.RAW, bytes);
        store.put(cid, bytes);
        store.get(cid);

        assertThat(store.delete(cid)).isTrue();

        assertThat(store.get(cid)).isEmpty();
        assertThat(store.stats().blocks()).isZero();
        assertThat(store.stats().bytes()).isZero();
    }

    @Test
    void neverGivesACorruptBlock() {
        Blockstore store = store();
        ByteString bytes = block(1, 100);
        Cid cid = BlockHash.sha256(Cid.RAW, bytes);
        store.put(cid, bytes);
        damage(store, cid, bytes.substring(0, 99));

        assertThat(store.get(cid)).isEmpty();

        assertThat(reported).containsExactly(cid);
        assertThat(store.has(cid)).isFalse();
        assertThat(store.stats().quarantined()).isEqualTo(1);
        assertThat(store.put(cid, bytes)).isEqualTo(new Stored());
        assertThat(store.get(cid)).contains(bytes);
    }

    @Test
    void aGoodCopyReplacesACorruptOne() {
        Blockstore store = store();
        ByteString bytes = block(1, 100);
        Cid cid = BlockHash.sha256(Cid.RAW, bytes);
        store.put(cid, bytes);
        damage(store, cid, block(2, 100));

        assertThat(store.put(cid, bytes)).isEqualTo(new Stored());

        assertThat(store.get(cid)).contains(bytes);
        assertThat(reported).containsExactly(cid);
    }

    @Test
    void thatABlockWasReadLatelySaysNothingOfTheStoredCopy() {
        Blockstore store = store();
        ByteString bytes = block(1, 100);
        Cid cid = BlockHash.sha256(Cid.RAW, bytes);
        store.put(cid, bytes);
        assertThat(store.get(cid)).contains(bytes);
        assertThat(store.verify(cid)).hasValue(100);
        damage(store, cid, block(2, 100));

        assertThat(store.verify(cid)).isEmpty();

        assertThat(reported).containsExactly(cid);
        assertThat(store.put(cid, bytes)).isEqualTo(new Stored());
        assertThat(store.verify(cid)).hasValue(100);
    }

    @Test
    void listsEveryBlockOnceInPages() {
        Blockstore store = store();
        Set<Cid> stored = new LinkedHashSet<>();
        for (int i = 0; i < 100; i++) {
            ByteString bytes = block(i, 20);
            stored.add(BlockHash.sha256(Cid.RAW, bytes));
            put(store, bytes);
        }

        List<Cid> listed = new ArrayList<>();
        Optional<Cid> last = Optional.empty();
        while (true) {
            List<Cid> page = store.list(last, 7);
            if (page.isEmpty()) {
                break;
            }
            assertThat(page.size()).isLessThanOrEqualTo(7);
            listed.addAll(page);
            last = Optional.of(page.get(page.size() - 1));
        }

        assertThat(listed).hasSize(100).containsExactlyInAnyOrderElementsOf(stored);
    }

    @Test
    void theScrubFindsEveryCorruptBlockInStepsOfBoundedSize() {
        Blockstore store = store();
        List<Cid> damaged = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ByteString bytes = block(i, 100);
            put(store, bytes);
            if (i % 7 == 0) {
                damaged.add(BlockHash.sha256(Cid.RAW, bytes));
            }
        }
        damaged.forEach(cid -> damage(store, cid, block(1000, 100)));

        List<Cid> found = new ArrayList<>();
        int checked = 0;
        ScrubStep step;
        do {
            step = store.scrub(500);
            assertThat(step.checkedBytes()).isLessThanOrEqualTo(500);
            checked += step.checkedBlocks();
            found.addAll(step.corrupt());
        } while (!step.cycleDone());

        assertThat(checked).isEqualTo(60);
        assertThat(found).containsExactlyInAnyOrderElementsOf(damaged);
        assertThat(reported).containsExactlyInAnyOrderElementsOf(damaged);
        assertThat(store.stats().blocks()).isEqualTo(60 - damaged.size());
        assertThat(store.stats().scrubCycles()).isEqualTo(1);
    }

    protected static PutOutcome put(Blockstore store, ByteString bytes) {
        return store.put(BlockHash.sha256(Cid.RAW, bytes), bytes);
    }

    protected static ByteString block(int number, int size) {
        byte[] bytes = new byte[size];
        new Random(number).nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    private static void assertRefused(PutOutcome outcome, Refusal reason) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    }
}
