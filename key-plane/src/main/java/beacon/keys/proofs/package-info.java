/**
 * Proofs about discrete logarithms: who knows one, that two are equal, and that a wrap was made by its writer. Sound as
 * long as discrete logarithms are hard; all inputs of a verification are public. Pure; used by custody
 * (docs/adr/0022).
 */
@NullMarked
package beacon.keys.proofs;

import org.jspecify.annotations.NullMarked;
