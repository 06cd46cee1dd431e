package beacon.dht.libp2p;

import beacon.dht.bitswap.BitswapContract;

/** The exchange keeps its promises over real sockets and files. */
class BitswapOverTcpIT extends BitswapContract {
    BitswapOverTcpIT() {
        super(new TestNetworkOverTcp());
    }
}
