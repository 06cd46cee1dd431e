/**
 * Blocks by content id: what a node holds, checked against its id whenever it enters or leaves. Pure (core) apart from
 * {@code .file}: the interface with its rules, the memory version, and the pace of the scrub. Called by the exchange,
 * put, get and repair, from an I/O pool in production. See docs/adr/0012.
 */
@NullMarked
package beacon.dht.blockstore;

import org.jspecify.annotations.NullMarked;
