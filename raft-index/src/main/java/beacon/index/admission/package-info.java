/**
 * What may reach the log: shape, sizes and limits of an append, checked before it costs anybody anything. Pure. Turns
 * the generated request into the words of {@code beacon.index.log}, or into a refusal (docs/adr/0003).
 */
@NullMarked
package beacon.index.admission;

import org.jspecify.annotations.NullMarked;
