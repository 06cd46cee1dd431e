package beacon.dht.libp2p;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.HostStream;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A stream as the plane's loop sees it. The I/O thread fills the inbox and wakes a reader that waits; everything else
 * happens on the loop and asks the I/O thread by message.
 */
final class TcpStream implements HostStream, YamuxStream.Events {
    private final TcpConnection connection;
    private final YamuxStream stream;
    private final String protocol;
    private final ExecutorService loop;
    private final Inbox inbox = new Inbox();
    private final AtomicBoolean readerWaits = new AtomicBoolean();
    private final AtomicInteger consumedBytes = new AtomicInteger();
    private volatile @Nullable HostException failure;
    private @Nullable CompletableFuture<ByteString> reader;
    private int waitingBytes;
    /** On the I/O thread only. */
    private boolean wakePlanned;

    TcpStream(TcpConnection connection, YamuxStream stream, String protocol, ExecutorService loop) {
        this.connection = connection;
        this.stream = stream;
        this.protocol = protocol;
        this.loop = loop;
    }

    TcpConnection connection() {
        return connection;
    }

    @Override
    public PeerId remote() {
        return connection.remote();
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
        deliver();
        return result;
    }

    private void deliver() {
        CompletableFuture<ByteString> waiting = reader;
        if (waiting == null) {
            return;
        }
        readerWaits.set(true);
        HostException failed = failure;
        ByteString next = inbox.take();
        if (!next.isEmpty()) {
            readerWaits.set(false);
            reader = null;
            int size = next.size();
            tellConsumed(size);
            waiting.complete(next);
        } else if (inbox.isAtEnd()) {
            readerWaits.set(false);
            reader = null;
            waiting.complete(ByteString.EMPTY);
        } else if (failed != null) {
            readerWaits.set(false);
            reader = null;
            waiting.completeExceptionally(failed);
        }
    }

    /** The I/O thread is told once of all that was read until it looks. */
    private void tellConsumed(int bytes) {
        if (consumedBytes.getAndAdd(bytes) == 0) {
            connection.withSession(session -> stream.consumed(consumedBytes.getAndSet(0)));
        }
    }

    private void wakePlanned() {
        wakePlanned = false;
        wake();
    }

    private void wake() {
        if (readerWaits.getAndSet(false)) {
            LoopCalls.tell(loop, this::deliver);
        }
    }

    @Override
    public CompletionStage<Void> write(ByteString bytes) {
        if (bytes.size() + waitingBytes > MAX_WAITING_BYTES) {
            return CompletableFuture.failedFuture(
                    new HostException(Reason.LIMIT, "expected at most %d bytes to wait".formatted(MAX_WAITING_BYTES)));
        }
        HostException failed = failure;
        if (failed != null) {
            return CompletableFuture.failedFuture(failed);
        }
        CompletableFuture<Void> result = new CompletableFuture<>();
        waitingBytes += bytes.size();
        connection.withSession(session -> stream.write(
                bytes, writeFailure -> LoopCalls.tell(loop, () -> taken(bytes.size(), result, writeFailure))));
        return result;
    }

    private void taken(int size, CompletableFuture<Void> result, @Nullable HostException writeFailure) {
        waitingBytes -= size;
        if (writeFailure == null) {
            result.complete(null);
        } else {
            result.completeExceptionally(writeFailure);
        }
    }

    @Override
    public void closeWrite() {
        connection.withSession(session -> stream.closeWrite());
    }

    @Override
    public void reset() {
        connection.withSession(session -> stream.reset());
    }

    @Override
    public void data(byte[] from, int offset, int length) {
        inbox.add(from, offset, length);
        if (!wakePlanned) {
            wakePlanned = true;
            connection.afterRead(this::wakePlanned);
        }
    }

    @Override
    public void ended() {
        inbox.end();
        wake();
    }

    @Override
    public void failed(HostException cause) {
        failure = cause;
        int forgotten = inbox.clear();
        if (forgotten > 0) {
            stream.consumed(forgotten);
        }
        wake();
    }
}
