/**
 * The configuration file of a node: one table of settings ({@link beacon.node.config.NodeSettings}) from which the
 * reader, the validation, the help text and docs/configuration.md come. Shell: reads a file.
 */
@NullMarked
package beacon.node.config;

import org.jspecify.annotations.NullMarked;
