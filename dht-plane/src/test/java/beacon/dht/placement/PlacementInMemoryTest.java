package beacon.dht.placement;

import beacon.dht.testing.TestNetworkInMemory;

/** Placing keeps its promises in virtual time. */
class PlacementInMemoryTest extends PlacementContract {
    PlacementInMemoryTest() {
        super(new TestNetworkInMemory());
    }
}
