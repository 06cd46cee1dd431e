/** What a running member tells about itself, for metrics. Called from hot threads: implementations return at once. */
@NullMarked
package beacon.index.observe;

import org.jspecify.annotations.NullMarked;
