package beacon.dht.memory;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.HostStream;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a stream: at most a window of bytes is sent ahead of the reader. An empty chunk marks the end, so
 * that it keeps its place behind the bytes.
 */
final class Pipe {
    private static final int WINDOW_BYTES = 256 << 10;

    private final MemoryNetwork network;
    private final PeerId from;
    private final PeerId to;
    private final Deque<Write> waiting = new ArrayDeque<>();
    private final Deque<ByteString> underway = new ArrayDeque<>();
    private final Deque<ByteString> arrived = new ArrayDeque<>();
    private int waitingBytes;
    private int window = WINDOW_BYTES;
    private boolean writingEnded;
    private boolean readingEnded;
    private @Nullable HostException writeFailure;
    private @Nullable HostException readFailure;
    private @Nullable CompletableFuture<ByteString> reader;

    private record Write(ByteString bytes, CompletableFuture<Void> taken) {}

    Pipe(MemoryNetwork network, PeerId from, PeerId to) {
        this.network = network;
        this.from = from;
        this.to = to;
    }

    CompletionStage<Void> write(ByteString bytes) {
        if (writeFailure != null) {
            return CompletableFuture.failedFuture(writeFailure);
        }
        if (writingEnded) {
            return CompletableFuture.failedFuture(
                    new HostException(Reason.CLOSED, "expected an open stream to write to"));
        }
        if (waitingBytes + bytes.size() > HostStream.MAX_WAITING_BYTES) {
            return CompletableFuture.failedFuture(new HostException(
                    Reason.LIMIT, "expected at most %d bytes to wait".formatted(HostStream.MAX_WAITING_BYTES)));
        }
        if (bytes.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> taken = new CompletableFuture<>();
        waiting.add(new Write(bytes, taken));
        waitingBytes += bytes.size();
        pump();
        return taken;
    }

    void closeWrite() {
        if (!writingEnded && writeFailure == null) {
            writingEnded = true;
            pump();
        }
    }

    boolean isWritingEnded() {
        return writingEnded;
    }

    boolean isReadingEnded() {
        return readingEnded;
    }

    private void pump() {
        while (!waiting.isEmpty() && window > 0) {
            Write write = waiting.remove();
            int count = Math.min(window, write.bytes().size());
            window -= count;
            waitingBytes -= count;
            send(write.bytes().substring(0, count));
            if (count < write.bytes().size()) {
                waiting.addFirst(new Write(write.bytes().substring(count), write.taken()));
            } else {
                write.taken().complete(null);
            }
        }
        if (writingEnded && waiting.isEmpty()) {
            send(ByteString.EMPTY);
        }
    }

    private void send(ByteString chunk) {
        underway.add(chunk);
        network.send(from, to, () -> {
            ByteString next = underway.poll();
            if (next != null && readFailure == null) {
                arrived.add(next);
                deliver();
            }
        });
    }

    CompletionStage<ByteString> read() {
        if (reader != null) {
            throw new IllegalStateException("expected one read at a time, but found another under way");
        }
        CompletableFuture<ByteString> result = new CompletableFuture<>();
        reader = result;
        deliver();
        return result;
    }

    private void deliver() {
        CompletableFuture<ByteString> waitingReader = reader;
        if (waitingReader == null) {
            return;
        }
        ByteString next = readingEnded ? ByteString.EMPTY : arrived.poll();
        if (next != null) {
            reader = null;
            if (next.isEmpty()) {
                readingEnded = true;
            } else {
                network.send(to, from, () -> grant(next.size()));
            }
            waitingReader.complete(next);
        } else if (readFailure != null) {
            reader = null;
            waitingReader.completeExceptionally(readFailure);
        }
    }

    private void grant(int bytes) {
        window += bytes;
        if (writeFailure == null && !waiting.isEmpty()) {
            pump();
        }
    }

    void failReader(HostException cause) {
        if (readFailure == null) {
            readFailure = cause;
            arrived.clear();
            deliver();
        }
    }

    void failWriter(HostException cause) {
        if (writeFailure == null) {
            writeFailure = cause;
            waitingBytes = 0;
            Deque<Write> failed = new ArrayDeque<>(waiting);
            waiting.clear();
            failed.forEach(write -> write.taken().completeExceptionally(cause));
        }
    }
}
