package beacon.dht.bitswap;

import beacon.dht.blockstore.BlockHash;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Blocks for tests. */
public final class Blocks {
    private Blocks() {}

    /** Random bytes under a seed. */
    public static ByteString bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    /** Different blocks by their ids, in order. */
    public static Map<Cid, ByteString> random(int count, int size) {
        Map<Cid, ByteString> blocks = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            ByteString bytes = bytes(size, 1000L * size + i);
            blocks.put(BlockHash.sha256(Cid.RAW, bytes), bytes);
        }
        return blocks;
    }

    /** Ids of blocks. */
    public static List<Cid> ids(int count) {
        return new ArrayList<>(random(count, 40).keySet());
    }
}
