/**
 * Formats of the libp2p world: varint, peer id, multiaddr, multibase, multihash, multistream messages, protobuf fields.
 * Pure (core). Every reader has a limit, refuses what is not canonical where the specification wants one spelling, and
 * reports bad input with {@link beacon.dht.wire.WireException}. Everybody in the data plane may call it.
 */
@NullMarked
package beacon.dht.wire;

import org.jspecify.annotations.NullMarked;
