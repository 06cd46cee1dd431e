/**
 * Deletion as a storage node sees it: votes on tombstones, remembers what was released, and removes blocks that no pin places
 * on it (docs/adr/0040). The leader's part is in {@code beacon.node.steward}, the rules in {@code beacon.index.state}.
 */
@NullMarked
package beacon.node.deletion;

import org.jspecify.annotations.NullMarked;
