package beacon.dht.libp2p;

import java.time.Duration;

/**
 * Every bound of the TCP host in one place. The defaults suit a storage node; {@link #forLoopback()} is for many peers
 * on one machine, which share one address.
 *
 * @param connections how many there may be
 * @param streams how many a connection may have
 * @param memory how many bytes may wait
 * @param timeouts how long things may take
 */
public record Limits(Connections connections, Streams streams, Memory memory, Timeouts timeouts) {
    /**
     * Numbers of connections.
     *
     * @param total in and out
     * @param perIp incoming, of one IPv4 address or one IPv6 /64
     * @param perPeer to and from one peer
     * @param handshakes incoming ones that are not through yet
     * @param dials outgoing ones that are not through yet
     */
    public record Connections(int total, int perIp, int perPeer, int handshakes, int dials) {}

    /**
     * Numbers of streams on one connection.
     *
     * @param inbound open at a time
     * @param outbound open at a time
     * @param nuisancePerMinute resets, refused streams and pings that a peer may cause before the connection ends
     */
    public record Streams(int inbound, int outbound, int nuisancePerMinute) {}

    /**
     * Bytes.
     *
     * @param window granted to each stream at least; fixed by the yamux specification
     * @param maxWindow to which the window of a stream that is read quickly grows
     * @param unreadPerConnection received but not read; a stream that exceeds it is reset
     * @param unreadTotal the same for all connections together
     */
    public record Memory(int window, int maxWindow, long unreadPerConnection, long unreadTotal) {}

    /**
     * Times.
     *
     * @param dial TCP connection and handshake of one address
     * @param handshake incoming, from the first byte to the muxer
     * @param negotiation protocol of one stream
     * @param frame from the first to the last byte of one noise message
     * @param idle without streams, after which a connection is closed
     * @param keepAlive between pings, which must be answered before the next one is due
     * @param backOff after the first failed dial of an address; doubles up to 64 times as much
     */
    public record Timeouts(
            Duration dial,
            Duration handshake,
            Duration negotiation,
            Duration frame,
            Duration idle,
            Duration keepAlive,
            Duration backOff) {}

    public static Limits defaults() {
        return new Limits(
                new Connections(1024, 16, 4, 128, 64),
                new Streams(256, 256, 1000),
                new Memory(256 << 10, 16 << 20, 16 << 20, 32 << 20),
                new Timeouts(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(5)));
    }

    /** The defaults without the bound per address. */
    public static Limits forLoopback() {
        Limits limits = defaults();
        Connections all = limits.connections;
        return limits.with(new Connections(all.total, all.total, all.perPeer, all.handshakes, all.dials));
    }

    public Limits with(Connections other) {
        return new Limits(other, streams, memory, timeouts);
    }

    public Limits with(Streams other) {
        return new Limits(connections, other, memory, timeouts);
    }

    public Limits with(Memory other) {
        return new Limits(connections, streams, other, timeouts);
    }

    public Limits with(Timeouts other) {
        return new Limits(connections, streams, memory, other);
    }
}
