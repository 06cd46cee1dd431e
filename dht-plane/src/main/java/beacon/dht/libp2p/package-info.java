/**
 * The libp2p host on TCP: multistream-select, Noise XX, Yamux, identify and ping. I/O (shell): Netty's event loops own
 * connections and decode; what is decoded is handed to the data plane's own loop, and no state of the plane is touched
 * from here. The only package that sees the network library. See docs/adr/0010.
 */
@NullMarked
package beacon.dht.libp2p;

import org.jspecify.annotations.NullMarked;
