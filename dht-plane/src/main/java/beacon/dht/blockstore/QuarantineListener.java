package beacon.dht.blockstore;

import beacon.model.Cid;

/** Is told of corrupt blocks, on the thread that found them; the repair starts here. */
@FunctionalInterface
public interface QuarantineListener {
    /**
     * A stored copy did not match its id and is no longer served.
     *
     * @param sizeBytes length of the corrupt copy
     */
    void quarantined(Cid cid, long sizeBytes);
}
