package beacon.node.holdings;

import beacon.dht.blockstore.Blockstore;
import beacon.dht.wire.PeerId;

/**
 * A store of which it is not known yet whether it has what the log places on its node: a new one, or one that was emptied.
 *
 * @param proven called once the log knows what it has not
 */
public record NewStore(PeerId node, Blockstore store, Runnable proven) {}
