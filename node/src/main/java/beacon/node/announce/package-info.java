/**
 * What a storage node announces in the DHT: the manifests of the pins that the log places on it, from when they are placed
 * until they are there no more. I/O (shell): hears the log, asks the projection of pins, and sets the schedule of the data
 * plane's sweep, which does the rest. See docs/adr/0035.
 */
@NullMarked
package beacon.node.announce;

import org.jspecify.annotations.NullMarked;
