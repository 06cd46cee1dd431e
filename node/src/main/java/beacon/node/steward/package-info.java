/**
 * What the member that leads does for the artifacts: strikes the beats, notices nodes that are gone or back, and carries out
 * what {@code beacon.steward} decides. Its outcomes are events; nothing else changes what anybody knows (docs/adr/0033).
 * Shell.
 */
@NullMarked
package beacon.node.steward;

import org.jspecify.annotations.NullMarked;
