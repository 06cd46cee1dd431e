package beacon.dht.blockstore;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.blockstore.PutOutcome.Refusal;
import beacon.dht.blockstore.PutOutcome.Refused;
import beacon.dht.blockstore.PutOutcome.Stored;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class BlockHashTest {
    /** BLAKE3 of no bytes, as its authors publish it. */
    private static final Cid EMPTY =
            Cid.of(ByteString.fromHex("01551e20af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"));

    private final Blockstore store = new MemoryBlockstore(new BlockLimits(1 << 20, 1 << 20), (cid, size) -> {});

    @Test
    void takesABlockUnderTheBlake3IdThatOthersGaveIt() {
        assertThat(BlockHash.blake3(Cid.RAW, ByteString.EMPTY)).isEqualTo(EMPTY);
        assertThat(store.put(EMPTY, ByteString.EMPTY)).isEqualTo(new Stored());
    }

    @Test
    void refusesOtherBytesUnderABlake3Id() {
        ByteString parts = ByteString.copyFrom(new byte[200_000]).concat(ByteString.copyFrom(new byte[100_000]));
        Cid cid = BlockHash.blake3(Cid.RAW, parts);

        assertThat(store.put(cid, parts.substring(1)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Refusal.HASH_MISMATCH));
        assertThat(store.has(cid)).isFalse();
        assertThat(store.put(cid, ByteString.copyFrom(parts.toByteArray()))).isEqualTo(new Stored());
    }
}
