/**
 * What the log places on a storage node, held against what the node has: a node that lost blocks says so on the log by itself,
 * so that they are made again at once and not after an audit (docs/adr/0033). Shell: asks the index, reads manifests from peers.
 */
@NullMarked
package beacon.node.holdings;

import org.jspecify.annotations.NullMarked;
