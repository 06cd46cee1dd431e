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
 * so a peer that does not read its answers is not served any more. After some requests in a row others have their turn.
 * Resets when idle or when a request is refused.
 */
public final class ServedStream {
    private static final int REQUESTS_IN_A_ROW = 32;
    private static final int CHECKS_PER_IDLE = 2;

    private final ScheduledExecutorService loop;
    private final MessageStream messages;
    private final Duration idle;
    private Function<ByteString, Optional<ByteString>> handler = request -> Optional.empty();
    private boolean pumping;
    private boolean again;
    private long steps;
    private @Nullable ScheduledFuture<?> check;

    public ServedStream(ScheduledExecutorService loop, MessageStream messages, Duration idle) {
        this.loop = loop;
        this.messages = messages;
        this.idle = idle;
    }

    /**
     * Serves until the stream ends.
     *
     * @param answering gives an answer or none; refuses with {@link WireException}
     */
    public void serve(Function<ByteString, Optional<ByteString>> answering) {
        handler = answering;
        watch(CHECKS_PER_IDLE, steps);
        resume();
    }

    /** One timer a stream instead of one a request: a flood of requests is not one of timers. */
    private void watch(int checksLeft, long stepsBefore) {
        check = Timers.after(loop, idle.dividedBy(CHECKS_PER_IDLE), () -> {
            if (steps != stepsBefore) {
                watch(CHECKS_PER_IDLE, steps);
            } else if (checksLeft > 1) {
                watch(checksLeft - 1, stepsBefore);
            } else {
                reset();
            }
        });
    }

    /** Requests that are there already are taken in a loop rather than by recursion, which a flood would make deep. */
    private void resume() {
        again = true;
        if (pumping) {
            return;
        }
        pumping = true;
        for (int i = 0; again && i < REQUESTS_IN_A_ROW; i++) {
            again = false;
            next();
        }
        pumping = false;
        if (again) {
            again = false;
            loop.execute(this::resume);
        }
    }

    private void next() {
        steps++;
        messages.read().whenComplete((message, failure) -> {
            if (failure != null) {
                reset();
            } else if (message.isEmpty()) {
                end();
                messages.stream().closeWrite();
            } else {
                answer(message.get());
            }
        });
    }

    private void answer(ByteString request) {
        steps++;
        Optional<ByteString> answer;
        try {
            answer = handler.apply(request);
        } catch (WireException e) {
            reset();
            return;
        }
        if (answer.isEmpty()) {
            resume();
            return;
        }
        messages.write(answer.get()).whenComplete((written, failure) -> {
            if (failure != null) {
                reset();
            } else {
                resume();
            }
        });
    }

    private void reset() {
        end();
        messages.stream().reset();
    }

    /** A timer would keep all of an ended stream for as long as it runs. */
    private void end() {
        ScheduledFuture<?> running = check;
        if (running != null) {
            running.cancel(false);
            check = null;
        }
    }
}
