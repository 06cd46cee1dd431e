/**
 * The projections of one member: kept up with its journal in the background, asked over gRPC, also as they were at a
 * moment of the past. Shell; what they hold is decided in {@code beacon.views}.
 */
@NullMarked
package beacon.node.views;

import org.jspecify.annotations.NullMarked;
