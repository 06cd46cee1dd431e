package beacon.dht.libp2p;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the TCP host counts; read by metrics and by tests of the limits. */
public final class Counters {
    final LongAdder dials = new LongAdder();
    final LongAdder dialsFailed = new LongAdder();
    final LongAdder accepted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder handshakesFailed = new LongAdder();
    final LongAdder protocolErrors = new LongAdder();
    final LongAdder streamsOpened = new LongAdder();
    final LongAdder streamsAccepted = new LongAdder();
    final LongAdder streamsRefused = new LongAdder();
    final LongAdder limitsReached = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();

    /** Connections that stand now, handshakes included. */
    final AtomicLong connections = new AtomicLong();

    /** Bytes received and not read, of all connections. */
    final AtomicLong unreadBytes = new AtomicLong();

    /** The greatest number that {@link #unreadBytes} reached. */
    final AtomicLong unreadBytesPeak = new AtomicLong();

    /** Every counter by its name. */
    public Map<String, Long> snapshot() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("dials", dials.sum());
        all.put("dials_failed", dialsFailed.sum());
        all.put("accepted", accepted.sum());
        all.put("refused", refused.sum());
        all.put("handshakes_failed", handshakesFailed.sum());
        all.put("protocol_errors", protocolErrors.sum());
        all.put("streams_opened", streamsOpened.sum());
        all.put("streams_accepted", streamsAccepted.sum());
        all.put("streams_refused", streamsRefused.sum());
        all.put("limits_reached", limitsReached.sum());
        all.put("bytes_in", bytesIn.sum());
        all.put("bytes_out", bytesOut.sum());
        all.put("connections", connections.get());
        all.put("unread_bytes", unreadBytes.get());
        all.put("unread_bytes_peak", unreadBytesPeak.get());
        return all;
    }
}
