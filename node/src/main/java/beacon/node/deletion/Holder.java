package beacon.node.deletion;

import beacon.dht.PeerSigner;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.wire.PeerId;
import java.nio.file.Path;

/**
 * A storage node that votes and sweeps.
 *
 * @param signer in the name of its id
 * @param releases file in which it remembers what was released
 */
public record Holder(PeerId id, Blockstore store, PeerSigner signer, Path releases) {}
