package beacon.dht.blockstore;

import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Blocks by content id. A block is taken or given only when its bytes match its id; a stored copy that does not is moved
 * to quarantine, reported to the {@link QuarantineListener}, and is from then on not there.
 *
 * <p>Calls may take as long as a disk does, so they do not belong on an event loop. All of them fail with
 * {@link BlockstoreException} when the disk does.
 */
public interface Blockstore {
    /** Stores a block. Once this returns {@code Stored} or {@code AlreadyStored}, the block survives a power failure. */
    PutOutcome put(Cid cid, ByteString bytes);

    /** The block, checked; empty when it is not there or the stored copy was corrupt. */
    Optional<ByteString> get(Cid cid);

    /**
     * Reads the stored copy, whatever was read of it before, and checks it. A corrupt copy goes to quarantine.
     *
     * @return its length; empty when there is no good copy
     */
    OptionalInt verify(Cid cid);

    /**
     * As {@link #verify}, and a good copy counts as stored now: it is as safe from {@link #deleteUnless} as a new one. Whoever
     * signs a receipt for a block that is there already calls this.
     */
    OptionalInt renew(Cid cid, Instant now);

    /** Whether there is a copy; says nothing about its bytes. */
    boolean has(Cid cid);

    /** Length of the stored copy. */
    OptionalInt size(Cid cid);

    /** Removes a block for good; whether there was one. */
    boolean delete(Cid cid);

    /**
     * Removes a block for good unless it was stored, or renewed, at this time or later. Nothing comes between looking and
     * removing.
     *
     * @return length of the block that was removed; empty when none was
     */
    OptionalInt deleteUnless(Cid cid, Instant storedSince);

    /**
     * The next ids after one, in an order of the store's own that does not change. Blocks that come or go meanwhile may
     * be missed.
     *
     * @param after empty for the first page
     * @param limit 1 or more
     */
    List<Cid> list(Optional<Cid> after, int limit);

    /**
     * Checks the next blocks of a walk over all of them; the place is remembered, also over a restart.
     *
     * @param maxBytes stop once that many bytes were read; at least one block is checked
     */
    ScrubStep scrub(long maxBytes);

    BlockstoreStats stats();
}
