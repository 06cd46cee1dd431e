package beacon.index.tree;

import java.util.Optional;

/** What a tree's tiles say about its leaves: of help in finding out where a history was changed. */
public interface KnownLeaves {
    /** Leaves in a group. */
    int GROUP = 256;

    /** The known leaf hashes of a group, from its first leaf on, one after the other; empty when none is known. */
    byte[] leafHashes(long group);

    /** What the root of a full group is known to be, independently of {@link #leafHashes}. */
    Optional<Hash> groupRoot(long group);
}
