/**
 * Thin calls into the JDK and Bouncy Castle: one place that decides which library computes which primitive. Pure; used
 * by every package of the key plane, by nobody outside it (docs/adr/0021).
 */
@NullMarked
package beacon.keys.primitives;

import org.jspecify.annotations.NullMarked;
