package beacon.dht.libp2p;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Yamux 0 over one secured connection: streams with flow control. Used on the connection's I/O thread only; knows no
 * sockets. Every header is checked before anything is kept for it: a frame larger than the window that was granted, an
 * unknown version or type, or a stream of the wrong side ends the connection. Frames of streams that are gone are
 * skipped, since the other end could not know.
 */
final class YamuxSession {
    /** What the session needs from the connection. */
    interface Wire {
        /** Whether more data may be queued; control frames may be in any case. */
        boolean isWritable();

        /** Bytes of data that go well into the next frame: what fills the message that has begun, or a new one. */
        int room();

        /** Queues one frame. */
        void frame(byte[] header, ByteString data, int offset, int length);

        /** Sends what was queued, soon. */
        void flush();

        /** Ends the connection. */
        void abort(HostException cause);

        /** Takes a stream that the other end opened. */
        YamuxStream.Events accept(YamuxStream stream);
    }

    private static final int MAX_CONTROL_BACKLOG = 4096;

    private final Wire wire;
    private final Limits limits;
    private final Counters counters;
    private final LongSupplier nanoTime;
    private final TokenBucket nuisance;
    private final Map<Integer, YamuxStream> streams = new LinkedHashMap<>();
    private final Deque<YamuxStream> ready = new ArrayDeque<>();
    private final byte[] header = new byte[YamuxFrame.HEADER_BYTES];
    private final byte[] outHeader = new byte[YamuxFrame.HEADER_BYTES];
    private final boolean dialler;
    private int headerFilled;
    private long dataLeft;
    private boolean finAfterData;
    private @Nullable YamuxStream dataStream;
    private int nextId;
    private int inboundStreams;
    private int outboundStreams;
    private int controlBacklog;
    private long unreadBytes;
    private long roundTripNanos = 1_000_000;
    private long pingSentNanos;
    private int pingValue;
    private boolean pingOutstanding;
    private boolean goneAway;
    private boolean over;

    YamuxSession(Wire wire, boolean dialler, Limits limits, Counters counters, LongSupplier nanoTime) {
        this.wire = wire;
        this.dialler = dialler;
        this.limits = limits;
        this.counters = counters;
        this.nanoTime = nanoTime;
        this.nextId = dialler ? 1 : 2;
        this.nuisance = new TokenBucket(limits.streams().nuisancePerMinute(), nanoTime.getAsLong());
    }

    int streamCount() {
        return streams.size();
    }

    /** Opens a stream, or says why not. */
    YamuxStream open(YamuxStream.Events events) {
        if (over || goneAway) {
            throw new HostException(Reason.CLOSED, "expected an open connection, but found it closing");
        }
        if (outboundStreams >= limits.streams().outbound() || nextId < 0) {
            throw new HostException(
                    Reason.LIMIT,
                    "expected at most %d streams to a peer"
                            .formatted(limits.streams().outbound()));
        }
        YamuxStream stream = new YamuxStream(this, nextId, events, newWindow());
        nextId += 2;
        outboundStreams++;
        streams.put(stream.id(), stream);
        counters.streamsOpened.increment();
        send(YamuxFrame.WINDOW_UPDATE, YamuxFrame.SYN, stream.id(), 0);
        return stream;
    }

    private ReceiveWindow newWindow() {
        return new ReceiveWindow(limits.memory().maxWindow(), nanoTime.getAsLong());
    }

    /** Takes decrypted bytes as they come; they are valid during the call only. */
    void receive(byte[] from, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end && !over) {
            if (dataLeft > 0) {
                int count = (int) Math.min(dataLeft, end - at);
                dataLeft -= count;
                data(from, at, count);
                at += count;
            } else {
                int count = Math.min(YamuxFrame.HEADER_BYTES - headerFilled, end - at);
                System.arraycopy(from, at, header, headerFilled, count);
                headerFilled += count;
                at += count;
                if (headerFilled == YamuxFrame.HEADER_BYTES) {
                    headerFilled = 0;
                    frame();
                }
            }
        }
        pump();
    }

    private void data(byte[] from, int offset, int count) {
        YamuxStream stream = dataStream;
        if (stream != null && !stream.isOver()) {
            unreadBytes += count;
            stream.window().arrived(count);
            long total = counters.unreadBytes.addAndGet(count);
            counters.unreadBytesPeak.accumulateAndGet(total, Math::max);
            stream.received(from, offset, count);
            if (unreadBytes > limits.memory().unreadPerConnection()
                    || total > limits.memory().unreadTotal()) {
                counters.limitsReached.increment();
                stream.reset();
            }
        }
        if (dataLeft == 0) {
            endOfData();
        }
    }

    private void endOfData() {
        YamuxStream stream = dataStream;
        dataStream = null;
        if (stream != null && finAfterData) {
            stream.remoteEnded();
        }
    }

    private void frame() {
        int type = header[1];
        int flags = ((header[2] & 0xff) << 8) | (header[3] & 0xff);
        int id = YamuxFrame.getInt(header, 4);
        long length = YamuxFrame.getInt(header, 8) & 0xffff_ffffL;
        if (header[0] != 0) {
            protocolError("expected yamux version 0, but found " + header[0]);
        } else if (type == YamuxFrame.PING || type == YamuxFrame.GO_AWAY) {
            if (id != 0) {
                protocolError("expected a session frame on stream 0, but found stream " + id);
            } else if (type == YamuxFrame.PING) {
                ping(flags, (int) length);
            } else {
                goneAway = true;
            }
        } else if (type != YamuxFrame.DATA && type != YamuxFrame.WINDOW_UPDATE) {
            protocolError("expected a yamux frame type from 0 to 3, but found " + type);
        } else if (id <= 0) {
            protocolError("expected a stream, but found stream " + Integer.toUnsignedString(id));
        } else {
            streamFrame(type, flags, id, length);
        }
    }

    private void streamFrame(int type, int flags, int id, long length) {
        YamuxStream stream = streams.get(id);
        if ((flags & YamuxFrame.SYN) != 0) {
            if (stream != null || isOwn(id)) {
                protocolError("expected a new stream of the other side, but found stream " + id);
                return;
            }
            stream = accept(id);
        }
        if (type == YamuxFrame.DATA && !promise(stream, length)) {
            return;
        }
        if (stream == null) {
            if ((flags & YamuxFrame.RST) == 0 && isOwn(id) && id >= nextId) {
                protocolError("expected a stream that was opened, but found stream " + id);
            }
            return;
        }
        if ((flags & YamuxFrame.ACK) != 0) {
            stream.acknowledge();
        }
        if (type == YamuxFrame.WINDOW_UPDATE) {
            stream.granted(length);
            ready(stream);
        }
        if ((flags & YamuxFrame.RST) != 0) {
            dataStream = null;
            stream.fail(new HostException(Reason.RESET, "the other end reset the stream"));
            nuisance("resets");
        } else if ((flags & YamuxFrame.FIN) != 0 && dataLeft == 0) {
            stream.remoteEnded();
        }
    }

    /** Checks the length of a data frame before a byte of it is taken. */
    private boolean promise(@Nullable YamuxStream stream, long length) {
        ReceiveWindow window = stream == null ? null : stream.window();
        boolean allowed = window == null ? length <= limits.memory().maxWindow() : window.allows(length);
        if (!allowed || (length > 0 && stream != null && stream.isRemoteEnded())) {
            protocolError("expected a data frame within the window, but found %d bytes".formatted(length));
            return false;
        }
        if (window != null) {
            window.promised(length);
        }
        dataLeft = length;
        dataStream = stream;
        int flags = ((header[2] & 0xff) << 8) | (header[3] & 0xff);
        finAfterData = (flags & YamuxFrame.FIN) != 0;
        return true;
    }

    private boolean isOwn(int id) {
        return (id & 1) == (dialler ? 1 : 0);
    }

    private @Nullable YamuxStream accept(int id) {
        if (inboundStreams >= limits.streams().inbound()) {
            counters.streamsRefused.increment();
            send(YamuxFrame.WINDOW_UPDATE, YamuxFrame.RST, id, 0);
            nuisance("refused streams");
            return null;
        }
        inboundStreams++;
        counters.streamsAccepted.increment();
        YamuxStream stream = new YamuxStream(this, id, Ignoring.EVENTS, newWindow());
        streams.put(id, stream);
        stream.handOver(wire.accept(stream));
        send(YamuxFrame.WINDOW_UPDATE, YamuxFrame.ACK, id, 0);
        return stream;
    }

    private void ping(int flags, int value) {
        if ((flags & YamuxFrame.SYN) != 0) {
            nuisance("pings");
            send(YamuxFrame.PING, YamuxFrame.ACK, 0, value);
        } else if (pingOutstanding && value == pingValue) {
            pingOutstanding = false;
            roundTripNanos = Math.max(100_000, nanoTime.getAsLong() - pingSentNanos);
        } else {
            protocolError("expected the answer of a ping that was sent, but found another");
        }
    }

    /** Sends a ping; the one before must be answered. */
    void keepAlive() {
        if (pingOutstanding) {
            end(new HostException(Reason.TIMEOUT, "expected an answer to a ping, but found none"));
            return;
        }
        pingOutstanding = true;
        pingValue++;
        pingSentNanos = nanoTime.getAsLong();
        send(YamuxFrame.PING, YamuxFrame.SYN, 0, pingValue);
        wire.flush();
    }

    private void nuisance(String what) {
        if (!over && !nuisance.take(nanoTime.getAsLong())) {
            counters.limitsReached.increment();
            end(new HostException(
                    Reason.LIMIT,
                    "expected at most %d %s a minute".formatted(limits.streams().nuisancePerMinute(), what)));
        }
    }

    private void protocolError(String message) {
        counters.protocolErrors.increment();
        send(YamuxFrame.GO_AWAY, 0, 0, YamuxFrame.PROTOCOL_ERROR);
        end(new HostException(Reason.PROTOCOL, message));
    }

    private void end(HostException cause) {
        if (!over) {
            failAll(cause);
            wire.abort(cause);
        }
    }

    /** Says good-bye; the connection is closed by the caller. */
    void goAway() {
        if (!over) {
            send(YamuxFrame.GO_AWAY, 0, 0, YamuxFrame.NORMAL);
        }
    }

    /** The connection is gone: ends every stream. */
    void failAll(HostException cause) {
        over = true;
        List.copyOf(streams.values()).forEach(stream -> stream.fail(cause));
        ready.clear();
    }

    void send(int type, int flags, int id, int length) {
        if (over) {
            return;
        }
        YamuxFrame.header(outHeader, type, flags, id, length);
        wire.frame(outHeader, ByteString.EMPTY, 0, 0);
        if (wire.isWritable()) {
            controlBacklog = 0;
        } else if (++controlBacklog > MAX_CONTROL_BACKLOG) {
            counters.limitsReached.increment();
            end(new HostException(Reason.LIMIT, "expected the other end to read, but it does not"));
        }
    }

    void sendReset(int id) {
        send(YamuxFrame.WINDOW_UPDATE, YamuxFrame.RST, id, 0);
        wire.flush();
    }

    void sendData(int id, ByteString data, int offset, int count) {
        YamuxFrame.header(outHeader, YamuxFrame.DATA, 0, id, count);
        wire.frame(outHeader, data, offset, count);
    }

    void grant(YamuxStream stream, int bytes) {
        account(bytes);
        int grant = stream.window().consumed(bytes, nanoTime.getAsLong(), roundTripNanos);
        if (grant > 0) {
            send(YamuxFrame.WINDOW_UPDATE, 0, stream.id(), grant);
            wire.flush();
        }
    }

    void released(YamuxStream stream, int bytes) {
        account(bytes);
        stream.window().released(bytes);
    }

    private void account(int bytes) {
        unreadBytes -= bytes;
        counters.unreadBytes.addAndGet(-bytes);
    }

    void ready(YamuxStream stream) {
        if (!over && !stream.isQueued() && stream.canSend()) {
            stream.setQueued(true);
            ready.add(stream);
        }
    }

    /** Sends what windows and the connection allow, one frame per stream and turn. */
    void pump() {
        while (!over && !ready.isEmpty() && wire.isWritable()) {
            YamuxStream stream = ready.remove();
            stream.setQueued(false);
            if (stream.canSend()) {
                int room = wire.room();
                stream.sendOne(ready.isEmpty() ? room : Math.min(room, YamuxFrame.MAX_DATA_BYTES));
                ready(stream);
            }
        }
        wire.flush();
    }

    void removeIfOver(YamuxStream stream) {
        if (stream.isOver()) {
            remove(stream);
        }
    }

    void remove(YamuxStream stream) {
        if (streams.remove(stream.id(), stream)) {
            if (isOwn(stream.id())) {
                outboundStreams--;
            } else {
                inboundStreams--;
            }
        }
    }

    /** Events of a stream that nobody has taken yet. */
    private enum Ignoring implements YamuxStream.Events {
        EVENTS;

        @Override
        public void data(byte[] from, int offset, int length) {}

        @Override
        public void ended() {}

        @Override
        public void failed(HostException cause) {}
    }
}
