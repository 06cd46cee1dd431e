/**
 * {@code age-plugin-beacon}: the state machines of the C2SP age plugin protocol, by which a stock {@code age} opens with
 * custodians and seals for the hybrid suite. Streams are handed in; pure but for them (docs/adr/0027).
 */
@NullMarked
package beacon.keys.plugin;

import org.jspecify.annotations.NullMarked;
