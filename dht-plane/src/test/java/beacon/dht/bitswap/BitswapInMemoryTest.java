package beacon.dht.bitswap;

import beacon.dht.testing.TestNetworkInMemory;

/** The exchange keeps its promises in virtual time. */
class BitswapInMemoryTest extends BitswapContract {
    BitswapInMemoryTest() {
        super(new TestNetworkInMemory());
    }
}
