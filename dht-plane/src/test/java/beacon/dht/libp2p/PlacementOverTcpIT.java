package beacon.dht.libp2p;

import beacon.dht.placement.PlacementContract;

/** Placing keeps its promises over real sockets and files. */
class PlacementOverTcpIT extends PlacementContract {
    PlacementOverTcpIT() {
        super(new TestNetworkOverTcp());
    }
}
