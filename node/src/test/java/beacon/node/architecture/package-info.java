/** The package map as tests. */
@NullMarked
package beacon.node.architecture;

import org.jspecify.annotations.NullMarked;
