/**
 * What the command line does with a DHT node: the line protocol of {@code beacon dht shell}, the JSON of its results, and
 * metrics. Shell (I/O): starts nodes and waits for them; prints nothing itself. See docs/adr/0016.
 */
@NullMarked
package beacon.node.dht;

import org.jspecify.annotations.NullMarked;
