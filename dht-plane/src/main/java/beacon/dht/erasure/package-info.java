/**
 * Reed–Solomon coding over GF(2⁸): what makes a large artifact survive the loss of any m of its k+m shards. Pure
 * (core): bytes in, bytes out; each object belongs to one thread, and heavy work is the caller's to place on a pool.
 * Called by put, get and repair. See docs/adr/0011.
 */
@NullMarked
package beacon.dht.erasure;

import org.jspecify.annotations.NullMarked;
