package beacon.index.client;

import beacon.model.Refusal;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.EventFrame;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Frames of a stream, pulled by one thread. Holds at most {@link #WINDOW} frames; the server waits for the reader. */
public final class EventCursor implements AutoCloseable {
    private static final int WINDOW = 8;

    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private @Nullable ClientCallStreamObserver<Object> call;
    private boolean ended;

    /** A frame, or the end of the stream. */
    private record Item(
            @Nullable EventFrame frame, @Nullable Throwable failure) {}

    private EventCursor() {}

    static EventCursor open(ManagedChannel channel, BiConsumer<ManagedChannel, StreamObserver<EventFrame>> start) {
        EventCursor cursor = new EventCursor();
        start.accept(channel, cursor.new Observer());
        return cursor;
    }

    /**
     * The next frame, or null when the stream ended as asked. Blocks.
     *
     * @throws ClientException when it ended otherwise
     */
    public @Nullable EventFrame next() {
        if (ended) {
            return null;
        }
        Item item;
        try {
            item = items.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            return null;
        }
        if (item.frame() != null) {
            if (call != null) {
                call.request(1);
            }
            return item.frame();
        }
        ended = true;
        Throwable failure = item.failure();
        if (failure == null) {
            return null;
        }
        Refusal refusal = StatusMapper.refusalOf(failure).orElseGet(() -> RetryingCalls.unreachable(failure));
        throw new ClientException(refusal);
    }

    @Override
    public void close() {
        ended = true;
        if (call != null) {
            call.cancel("closed by the reader", null);
        }
    }

    private final class Observer implements ClientResponseObserver<Object, EventFrame> {
        @Override
        public void beforeStart(ClientCallStreamObserver<Object> stream) {
            stream.disableAutoRequestWithInitial(WINDOW);
            call = stream;
        }

        @Override
        public void onNext(EventFrame frame) {
            items.add(new Item(frame, null));
        }

        @Override
        public void onError(Throwable failure) {
            items.add(new Item(null, failure));
        }

        @Override
        public void onCompleted() {
            items.add(new Item(null, null));
        }
    }
}
