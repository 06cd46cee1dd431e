package beacon.sim.kademlia;

import beacon.dht.node.DhtStore;
import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.TreeMap;

/** The files of a node: what was written survives the process, what was about to be written does not. */
final class SimDisk implements DhtStore {
    private final TreeMap<String, ByteString> files = new TreeMap<>();
    private final boolean forgetsState;

    SimDisk(boolean forgetsState) {
        this.forgetsState = forgetsState;
    }

    @Override
    public Optional<ByteString> read(String name) {
        return Optional.ofNullable(files.get(name));
    }

    @Override
    public void write(String name, ByteString content) {
        if (!forgetsState || !name.equals("dht.state")) {
            files.put(name, content);
        }
    }

    @Override
    public void setAside(String name) {
        throw new IllegalStateException("expected files that are whole, but found " + name + " damaged");
    }
}
