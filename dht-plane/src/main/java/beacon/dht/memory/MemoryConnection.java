package beacon.dht.memory;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The one connection between two hosts, seen by both. */
final class MemoryConnection {
    private final MemoryHost dialler;
    private final MemoryHost listener;
    private final Set<MemoryStream> streams = new LinkedHashSet<>();
    private boolean open = true;

    MemoryConnection(MemoryHost dialler, MemoryHost listener) {
        this.dialler = dialler;
        this.listener = listener;
    }

    MemoryHost other(MemoryHost host) {
        return host == dialler ? listener : dialler;
    }

    boolean isOpen() {
        return open;
    }

    void add(MemoryStream stream) {
        streams.add(stream);
    }

    void remove(MemoryStream stream) {
        streams.remove(stream);
    }

    /** Ends the near side now and the far side when word of it arrives. */
    void close(MemoryHost closer) {
        if (open) {
            open = false;
            closer.network().forget(this, closer);
            MemoryHost far = other(closer);
            end(closer);
            closer.network().send(closer.id(), far.id(), () -> end(far));
        }
    }

    private void end(MemoryHost side) {
        HostException lost = new HostException(Reason.CLOSED, "the connection is closed");
        List.copyOf(streams).stream().filter(stream -> stream.belongsTo(side)).forEach(stream -> stream.fail(lost));
        side.lost(this);
    }
}
