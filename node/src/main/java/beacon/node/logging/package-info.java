/** Where log lines go and what they look like: text for people, JSON for machines. Shell. */
@NullMarked
package beacon.node.logging;

import org.jspecify.annotations.NullMarked;
