/**
 * What operators and their tools ask a running node: Prometheus metrics and health, over plain HTTP. Shell. Reads what
 * the member tells; decides nothing.
 */
@NullMarked
package beacon.node.metrics;

import org.jspecify.annotations.NullMarked;
