package beacon.node.artifacts;

import beacon.dht.blockstore.BlockHash;
import beacon.model.Cid;
import com.google.protobuf.ByteString;

/** Bytes and their id. */
record Block(Cid cid, ByteString bytes) {
    static Block raw(ByteString bytes) {
        return new Block(BlockHash.sha256(Cid.RAW, bytes), bytes);
    }

    static Block dagCbor(ByteString bytes) {
        return new Block(BlockHash.sha256(Cid.DAG_CBOR, bytes), bytes);
    }
}
