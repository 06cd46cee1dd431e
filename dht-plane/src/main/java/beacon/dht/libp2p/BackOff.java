package beacon.dht.libp2p;

import beacon.dht.wire.Multiaddr;
import java.util.LinkedHashMap;
import java.util.Map;

/** Addresses that did not answer are left alone for a while, longer each time. Belongs to the plane's loop. */
final class BackOff {
    private static final int MAX_ADDRESSES = 4096;
    private static final int MAX_DOUBLINGS = 6;

    private final long firstNanos;
    private final Map<Multiaddr, Failure> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Multiaddr, Failure> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    private record Failure(int count, long untilNanos) {}

    BackOff(long firstNanos) {
        this.firstNanos = firstNanos;
    }

    boolean allows(Multiaddr address, long nowNanos) {
        Failure failure = failures.get(address);
        return failure == null || nowNanos - failure.untilNanos() >= 0;
    }

    void failed(Multiaddr address, long nowNanos) {
        Failure before = failures.get(address);
        int count = before == null ? 0 : Math.min(MAX_DOUBLINGS, before.count() + 1);
        failures.put(address, new Failure(count, nowNanos + (firstNanos << count)));
    }

    void succeeded(Multiaddr address) {
        failures.remove(address);
    }
}
