package beacon.dht;

import beacon.dht.HostException.Reason;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request and one answer over a stream of their own, with a deadline over all of it. */
public final class Exchanges {
    private static final int LINGER_SECONDS = 10;

    private Exchanges() {}

    /**
     * What to ask for.
     *
     * @param protocols wanted, best first
     * @param maxAnswerBytes longest answer accepted
     * @param timeout for everything: dial, negotiation, request, answer
     */
    public record Terms(List<String> protocols, int maxAnswerBytes, Duration timeout) {
        public Terms {
            protocols = List.copyOf(protocols);
        }
    }

    /**
     * Sends one message and waits for one.
     *
     * @return the answer; fails with what {@link Host#newStream} and {@link MessageStream#read} fail with, TIMEOUT, or
     *     ENDED when the peer closed without an answer
     */
    public static CompletionStage<ByteString> ask(Host host, PeerId peer, ByteString request, Terms terms) {
        return new Exchange(host, peer, request, terms).start(true);
    }

    /** Sends one message and closes; done when it was taken by the transport. */
    public static CompletionStage<Void> tell(Host host, PeerId peer, ByteString message, Terms terms) {
        return new Exchange(host, peer, message, terms).start(false).thenRun(() -> {});
    }

    private static final class Exchange {
        private final Host host;
        private final PeerId peer;
        private final ByteString request;
        private final Terms terms;
        private final CompletableFuture<ByteString> result = new CompletableFuture<>();
        private @Nullable HostStream opened;

        Exchange(Host host, PeerId peer, ByteString request, Terms terms) {
            this.host = host;
            this.peer = peer;
            this.request = request;
            this.terms = terms;
        }

        CompletionStage<ByteString> start(boolean wantsAnswer) {
            ScheduledFuture<?> deadline =
                    host.loop().schedule(this::timeOut, terms.timeout().toNanos(), TimeUnit.NANOSECONDS);
            CompletionStage<ByteString> outcome = result;
            outcome.whenComplete((answer, failure) -> deadline.cancel(false));
            host.newStream(peer, terms.protocols()).whenComplete((stream, failure) -> {
                if (failure != null) {
                    fail(failure);
                } else if (result.isDone()) {
                    stream.reset();
                } else {
                    opened = stream;
                    send(stream, wantsAnswer);
                }
            });
            return result;
        }

        private void send(HostStream stream, boolean wantsAnswer) {
            MessageStream messages = new MessageStream(stream, terms.maxAnswerBytes());
            messages.write(request).whenComplete((done, failure) -> {
                if (failure != null) {
                    fail(failure);
                } else if (!wantsAnswer) {
                    stream.closeWrite();
                    result.complete(ByteString.EMPTY);
                    linger(stream);
                }
            });
            if (wantsAnswer) {
                // Only then is the writing side ended: some peers take its end for an error, and their reset would
                // overtake the answer.
                messages.read().whenComplete((answer, failure) -> {
                    if (failure != null) {
                        fail(failure);
                    } else if (answer.isEmpty()) {
                        fail(new HostException(Reason.ENDED, "expected an answer, but found the end of the stream"));
                    } else {
                        stream.closeWrite();
                        result.complete(answer.get());
                        linger(stream);
                    }
                });
            }
        }

        /** Lets the peer end the stream by itself; a reset is for peers that do not. */
        private void linger(HostStream stream) {
            ScheduledFuture<?> end = host.loop().schedule(stream::reset, LINGER_SECONDS, TimeUnit.SECONDS);
            discard(stream, end, 0);
        }

        private void discard(HostStream stream, ScheduledFuture<?> end, long discarded) {
            stream.read().whenComplete((bytes, failure) -> {
                if (failure != null || bytes.isEmpty()) {
                    end.cancel(false);
                } else if (discarded + bytes.size() > terms.maxAnswerBytes()) {
                    end.cancel(false);
                    stream.reset();
                } else {
                    discard(stream, end, discarded + bytes.size());
                }
            });
        }

        private void timeOut() {
            fail(new HostException(
                    Reason.TIMEOUT,
                    "expected an answer of %s within %s, but found none".formatted(peer, terms.timeout())));
        }

        private void fail(Throwable failure) {
            result.completeExceptionally(Stages.cause(failure));
            HostStream stream = opened;
            if (stream != null) {
                stream.reset();
            }
        }
    }
}
