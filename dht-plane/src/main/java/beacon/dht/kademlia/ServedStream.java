package beacon.dht.kademlia;

import beacon.dht.MessageStream;
import beacon.dht.Timers;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of one stream, one after the other: the next is read when the answer was taken by the transport,
 * so a peer that does not read its answers is not served any more. Resets when idle or when a request is refused.
 */
public final class ServedStream {
    private final ScheduledExecutorService loop;
    private final MessageStream messages;
    private final Duration idle;
    private @Nullable ScheduledFuture<?> timer;

    public ServedStream(ScheduledExecutorService loop, MessageStream messages, Duration idle) {
        this.loop = loop;
        this.messages = messages;
        this.idle = idle;
    }

    /**
     * Serves until the stream ends.
     *
     * @param handler gives an answer or none; refuses with {@link WireException}
     */
    public void serve(Function<ByteString, Optional<ByteString>> handler) {
        restartTimer();
        messages.read().whenComplete((message, failure) -> {
            stopTimer();
            if (failure != null) {
                messages.stream().reset();
            } else if (message.isEmpty()) {
                messages.stream().closeWrite();
            } else {
                answer(handler, message.get());
            }
        });
    }

    private void answer(Function<ByteString, Optional<ByteString>> handler, ByteString request) {
        Optional<ByteString> answer;
        try {
            answer = handler.apply(request);
        } catch (WireException e) {
            messages.stream().reset();
            return;
        }
        if (answer.isEmpty()) {
            serve(handler);
            return;
        }
        restartTimer();
        messages.write(answer.get()).whenComplete((written, failure) -> {
            stopTimer();
            if (failure != null) {
                messages.stream().reset();
            } else {
                serve(handler);
            }
        });
    }

    private void restartTimer() {
        stopTimer();
        timer = Timers.after(loop, idle, () -> messages.stream().reset());
    }

    private void stopTimer() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            running.cancel(false);
            timer = null;
        }
    }
}
