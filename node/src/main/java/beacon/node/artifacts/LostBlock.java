package beacon.node.artifacts;

import beacon.dht.artifact.Coding;
import beacon.dht.erasure.ReedSolomon;
import com.google.protobuf.ByteString;
import java.util.BitSet;
import java.util.Map;

/** Makes one block of a stripe again from k others. */
final class LostBlock {
    private LostBlock() {}

    /**
     * Rebuilds.
     *
     * @param others blocks of the same stripe by column, as many as the coding has data shards or more
     */
    static ByteString rebuild(Coding coding, int column, Map<Integer, ByteString> others) {
        byte[][] shards = new byte[coding.columns()][0];
        BitSet present = new BitSet();
        int length = 0;
        for (Map.Entry<Integer, ByteString> block : others.entrySet()) {
            shards[block.getKey()] = block.getValue().toByteArray();
            present.set(block.getKey());
            length = block.getValue().size();
        }
        shards[column] = new byte[length];
        BitSet wanted = new BitSet();
        wanted.set(column);
        new ReedSolomon(coding.dataShards(), coding.parityShards()).rebuild(shards, present, wanted);
        return ByteString.copyFrom(shards[column]);
    }
}
