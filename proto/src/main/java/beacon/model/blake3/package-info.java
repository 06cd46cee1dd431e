/**
 * BLAKE3: hash, keyed hash, key derivation, and slices that are verified against a root (the Bao encoding). Every plane
 * may call it: blocks are named by it, payloads are tagged with it, and audits ask for slices. Pure; JDK only.
 * docs/adr/0024 says why Beacon has its own.
 */
@NullMarked
package beacon.model.blake3;

import org.jspecify.annotations.NullMarked;
