/** The storage nodes: who they are, where, how much they hold, and what was last said of them. Core. */
@NullMarked
package beacon.views.nodes;

import org.jspecify.annotations.NullMarked;
