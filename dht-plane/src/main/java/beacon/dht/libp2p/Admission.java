package beacon.dht.libp2p;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Who may connect: bounds the incoming connections in all, from one address, and those that are not through their
 * handshake. Asked before anything is allocated for a connection. Used by all I/O threads.
 */
final class Admission {
    private final Limits.Connections limits;
    private final Counters counters;
    private final Map<String, Integer> perIp = new HashMap<>();
    private int handshakes;

    Admission(Limits.Connections limits, Counters counters) {
        this.limits = limits;
        this.counters = counters;
    }

    synchronized boolean admit(InetAddress from) {
        int fromThere = perIp.getOrDefault(group(from), 0);
        if (counters.connections.get() >= limits.total()
                || handshakes >= limits.handshakes()
                || fromThere >= limits.perIp()) {
            counters.refused.increment();
            return false;
        }
        perIp.put(group(from), fromThere + 1);
        handshakes++;
        counters.connections.incrementAndGet();
        counters.accepted.increment();
        return true;
    }

    synchronized void handshakeDone() {
        handshakes--;
    }

    /** A connection that was admitted is gone. */
    synchronized void left(InetAddress from, boolean wasEstablished) {
        perIp.computeIfPresent(group(from), (ip, count) -> count > 1 ? count - 1 : null);
        if (!wasEstablished) {
            handshakes--;
        }
        counters.connections.decrementAndGet();
    }

    /** One IPv6 customer usually has a whole /64. */
    private static String group(InetAddress address) {
        byte[] bytes = address.getAddress();
        return Arrays.toString(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
    }
}
