/**
 * Words that the whole key plane shares. Pure: no threads, clocks, files or sockets. Randomness for secrets enters only
 * through {@link beacon.keys.Entropy} (docs/adr/0020).
 */
@NullMarked
package beacon.keys;

import org.jspecify.annotations.NullMarked;
