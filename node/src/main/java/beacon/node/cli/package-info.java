/** The {@code beacon} command: verbs, output forms, exit codes. Shell. */
@NullMarked
package beacon.node.cli;

import org.jspecify.annotations.NullMarked;
