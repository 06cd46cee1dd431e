package beacon.node.cli;

import beacon.dht.kademlia.KadPeer;
import beacon.dht.wire.WireException;
import beacon.node.dht.DhtText;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The address of a peer as a person types it: a multiaddr that ends with /p2p and a peer id. */
final class PeerAddress {
    private PeerAddress() {}

    static KadPeer parse(CommandSpec spec, String option, String text) {
        try {
            KadPeer peer = DhtText.reachable(text);
            if (!peer.addresses().isEmpty()) {
                return peer;
            }
        } catch (WireException e) {
            throw usage(spec, option + " " + text + ": " + e.getMessage());
        }
        throw usage(spec, "expected an address for " + option + ", but found only the peer id " + text);
    }

    private static CommandLine.ParameterException usage(CommandSpec spec, String text) {
        return new CommandLine.ParameterException(spec.commandLine(), text);
    }
}
