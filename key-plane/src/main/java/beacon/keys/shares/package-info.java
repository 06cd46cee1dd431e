/**
 * Arithmetic of the prime-order subgroup of edwards25519: scalars, points, polynomials and interpolation. What touches a
 * secret neither branches nor indexes by it; methods whose name says {@code Public} do, and are for public values only.
 * Pure; used by proofs and custody (docs/adr/0022).
 */
@NullMarked
package beacon.keys.shares;

import org.jspecify.annotations.NullMarked;
