package beacon.sim.kademlia;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.HostStream;
import beacon.dht.wire.PeerId;
import beacon.sim.kademlia.Link.Frame;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One end of a stream. At most a window of bytes is ahead of the far reader; the rest waits here, up to the limit. */
final class SimStream implements HostStream {
    private static final int WINDOW_BYTES = 256 << 10;

    private final Link link;
    private final SimHost near;
    private final String protocol;
    private final Deque<ByteString> arrived = new ArrayDeque<>(2);
    private final Deque<Write> waiting = new ArrayDeque<>(1);
    private @Nullable SimStream far;
    private @Nullable Frame latest;
    private boolean opened;
    private int ahead;
    private int waitingBytes;
    private boolean inEnded;
    private boolean endArrived;
    private boolean outEnded;
    private boolean endSent;
    private @Nullable HostException readFailure;
    private @Nullable HostException writeFailure;
    private @Nullable CompletableFuture<ByteString> reader;

    private record Write(ByteString bytes, CompletableFuture<Void> taken) {}

    private SimStream(Link link, SimHost near, String protocol, boolean opened) {
        this.link = link;
        this.near = near;
        this.protocol = protocol;
        this.opened = opened;
    }

    /** The near end of a new stream; the far end comes into being with the first bytes. */
    static SimStream open(Link link, SimHost near, String protocol) {
        SimStream opener = new SimStream(link, near, protocol, false);
        SimStream accepter = new SimStream(link, link.far(near), protocol, true);
        opener.far = accepter;
        accepter.far = opener;
        link.add(near, opener);
        return opener;
    }

    /** The far end has heard of the stream. */
    void enter() {
        link.add(near, this);
    }

    @Override
    public PeerId remote() {
        return link.far(near).id();
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public CompletionStage<ByteString> read() {
        if (reader != null) {
            throw new IllegalStateException("expected one read at a time, but found another under way");
        }
        CompletableFuture<ByteString> result = new CompletableFuture<>();
        reader = result;
        wake();
        return result;
    }

    private void wake() {
        CompletableFuture<ByteString> waitingReader = reader;
        if (waitingReader == null) {
            return;
        }
        ByteString next = arrived.poll();
        if (next != null) {
            reader = null;
            SimStream writer = far;
            if (writer != null) {
                writer.granted(next.size());
            }
            waitingReader.complete(next);
        } else if (endArrived) {
            reader = null;
            inEnded = true;
            forgetWhenDone();
            waitingReader.complete(ByteString.EMPTY);
        } else if (readFailure != null) {
            reader = null;
            waitingReader.completeExceptionally(readFailure);
        }
    }

    @Override
    public CompletionStage<Void> write(ByteString bytes) {
        if (writeFailure != null) {
            return CompletableFuture.failedFuture(writeFailure);
        }
        if (outEnded) {
            return CompletableFuture.failedFuture(
                    new HostException(Reason.CLOSED, "expected an open stream to write to"));
        }
        if (waitingBytes + bytes.size() > MAX_WAITING_BYTES) {
            return CompletableFuture.failedFuture(
                    new HostException(Reason.LIMIT, "expected at most %d bytes to wait".formatted(MAX_WAITING_BYTES)));
        }
        if (waiting.isEmpty() && ahead < WINDOW_BYTES) {
            transmit(bytes);
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> taken = new CompletableFuture<>();
        waiting.add(new Write(bytes, taken));
        waitingBytes += bytes.size();
        return taken;
    }

    private void granted(int bytes) {
        ahead -= bytes;
        while (!waiting.isEmpty() && ahead < WINDOW_BYTES && writeFailure == null) {
            Write next = waiting.remove();
            waitingBytes -= next.bytes().size();
            transmit(next.bytes());
            next.taken().complete(null);
        }
        endWhenWritten();
    }

    private void transmit(ByteString bytes) {
        ahead += bytes.size();
        latest = link.send(near, far, bytes, opened ? Frame.Kind.DATA : Frame.Kind.OPEN);
        opened = true;
    }

    @Override
    public void closeWrite() {
        if (outEnded || writeFailure != null) {
            return;
        }
        outEnded = true;
        endWhenWritten();
        forgetWhenDone();
    }

    private void endWhenWritten() {
        if (!outEnded || endSent || !waiting.isEmpty() || writeFailure != null) {
            return;
        }
        endSent = true;
        if (!opened) {
            transmit(ByteString.EMPTY);
        }
        Frame last = latest;
        if (last == null || !last.appendEnd(near.now())) {
            latest = link.send(near, far, ByteString.EMPTY, Frame.Kind.END);
        }
    }

    @Override
    public void reset() {
        if (writeFailure != null || (inEnded && outEnded)) {
            return;
        }
        if (opened) {
            Frame unused = link.send(near, far, ByteString.EMPTY, Frame.Kind.RESET);
        }
        fail(new HostException(Reason.CLOSED, "this end reset the stream"));
    }

    /** Bytes, an end or a reset have come. */
    void arrived(ByteString bytes, boolean end, boolean reset) {
        if (reset) {
            fail(new HostException(Reason.RESET, "the other end reset the stream"));
            return;
        }
        if (readFailure != null) {
            return;
        }
        if (!bytes.isEmpty()) {
            arrived.add(bytes);
        }
        endArrived |= end;
        wake();
    }

    /** Ends both directions at this end. */
    void fail(HostException cause) {
        link.remove(near, this);
        if (readFailure == null && !inEnded) {
            readFailure = cause;
            arrived.clear();
            endArrived = false;
            wake();
        }
        if (writeFailure == null) {
            writeFailure = cause;
            waitingBytes = 0;
            Deque<Write> failed = new ArrayDeque<>(waiting);
            waiting.clear();
            failed.forEach(write -> write.taken().completeExceptionally(cause));
        }
    }

    private void forgetWhenDone() {
        if (inEnded && outEnded) {
            link.remove(near, this);
        }
    }
}
