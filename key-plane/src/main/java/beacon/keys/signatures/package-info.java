/**
 * Signatures: Ed25519 and ML-DSA-65 together for whatever must still convince when one of them is broken, SLH-DSA for the
 * organisation's offline root, Ed25519 alone for requests. Pure (docs/adr/0026).
 */
@NullMarked
package beacon.keys.signatures;

import org.jspecify.annotations.NullMarked;
