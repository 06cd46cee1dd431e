package beacon.dht.libp2p;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One stream of a {@link YamuxSession}. Used on the connection's I/O thread only. */
final class YamuxStream {
    /** Who gets what comes in; called on the I/O thread. */
    interface Events {
        /** Bytes that are valid during the call only. */
        void data(byte[] from, int offset, int length);

        /** The other end writes no more. */
        void ended();

        /** The stream is over in both directions. */
        void failed(HostException cause);
    }

    /** Is told what became of a write. */
    interface Taken {
        void done(@Nullable HostException failure);
    }

    private record Write(ByteString bytes, Taken taken) {}

    private final YamuxSession session;
    private final int id;
    private final Deque<Write> writes = new ArrayDeque<>();
    private final ReceiveWindow window;
    private Events events;
    private long sendWindow;
    private int firstOffset;
    private boolean writeClosed;
    private boolean finSent;
    private boolean remoteEnded;
    private boolean queued;
    private boolean acknowledged;
    private @Nullable HostException failure;

    YamuxStream(YamuxSession session, int id, Events events, ReceiveWindow window) {
        this.session = session;
        this.id = id;
        this.events = events;
        this.window = window;
        this.sendWindow = ReceiveWindow.INITIAL_BYTES;
    }

    int id() {
        return id;
    }

    ReceiveWindow window() {
        return window;
    }

    void handOver(Events next) {
        events = next;
    }

    void write(ByteString bytes, Taken taken) {
        if (failure != null) {
            taken.done(failure);
        } else if (writeClosed) {
            taken.done(new HostException(Reason.CLOSED, "expected an open stream to write to"));
        } else if (bytes.isEmpty()) {
            taken.done(null);
        } else {
            writes.add(new Write(bytes, taken));
            session.ready(this);
        }
    }

    void closeWrite() {
        if (!writeClosed && failure == null) {
            writeClosed = true;
            session.ready(this);
        }
    }

    void reset() {
        if (failure == null && !isOver()) {
            session.sendReset(id);
            fail(new HostException(Reason.CLOSED, "this end reset the stream"));
        }
    }

    /** The reader took bytes: they may be granted again. */
    void consumed(int bytes) {
        if (failure == null && !remoteEnded) {
            session.grant(this, bytes);
        } else {
            session.released(this, bytes);
        }
    }

    boolean isQueued() {
        return queued;
    }

    void setQueued(boolean inQueue) {
        queued = inQueue;
    }

    boolean isAcknowledged() {
        return acknowledged;
    }

    void acknowledge() {
        acknowledged = true;
    }

    /** Whether there is something that could be sent now. */
    boolean canSend() {
        return failure == null
                && ((!writes.isEmpty() && sendWindow > 0) || (writes.isEmpty() && writeClosed && !finSent));
    }

    /** Sends at most one frame, with at most so many bytes of data. */
    void sendOne(int most) {
        Write first = writes.peek();
        if (first == null) {
            finSent = true;
            session.send(YamuxFrame.DATA, YamuxFrame.FIN, id, 0);
            session.removeIfOver(this);
            return;
        }
        int left = first.bytes().size() - firstOffset;
        int count = (int) Math.min(Math.min(left, sendWindow), most);
        session.sendData(id, first.bytes(), firstOffset, count);
        sendWindow -= count;
        firstOffset += count;
        if (count == left) {
            writes.remove();
            firstOffset = 0;
            first.taken().done(null);
        }
    }

    void granted(long bytes) {
        sendWindow = Math.min(sendWindow + bytes, 1L << 40);
    }

    void received(byte[] from, int offset, int length) {
        if (failure == null) {
            events.data(from, offset, length);
        }
    }

    boolean isRemoteEnded() {
        return remoteEnded;
    }

    void remoteEnded() {
        if (!remoteEnded && failure == null) {
            remoteEnded = true;
            events.ended();
            session.removeIfOver(this);
        }
    }

    boolean isOver() {
        return failure != null || (finSent && remoteEnded);
    }

    void fail(HostException cause) {
        if (failure == null) {
            failure = cause;
            session.remove(this);
            Deque<Write> failed = new ArrayDeque<>(writes);
            writes.clear();
            failed.forEach(write -> write.taken().done(cause));
            events.failed(cause);
        }
    }
}
