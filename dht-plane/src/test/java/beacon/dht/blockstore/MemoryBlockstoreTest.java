package beacon.dht.blockstore;

import beacon.model.Cid;
import com.google.protobuf.ByteString;

class MemoryBlockstoreTest extends BlockstoreContract {
    @Override
    protected Blockstore store() {
        return new MemoryBlockstore(LIMITS, (cid, size) -> reported.add(cid));
    }

    @Override
    protected void damage(Blockstore store, Cid cid, ByteString bytesInstead) {
        ((MemoryBlockstore) store).damage(cid, bytesInstead);
    }
}
