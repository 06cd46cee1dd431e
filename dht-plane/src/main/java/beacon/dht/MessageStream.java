package beacon.dht;

import beacon.dht.HostException.Reason;
import beacon.dht.wire.Varint;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Messages with a varint length in front, over a {@link HostStream}. A length above the limit resets the stream before
 * anything of the message is kept.
 */
public final class MessageStream {
    private static final int MAX_COPIED_BYTES = 64 << 10;

    private final HostStream stream;
    private final int maxMessageBytes;
    private final Budget budget;
    private ByteString buffered = ByteString.EMPTY;

    /** Messages of a stream.
     *
     * @param maxMessageBytes longest message that is accepted */
    public MessageStream(HostStream stream, int maxMessageBytes) {
        this(stream, maxMessageBytes, Budget.UNLIMITED);
    }

    /** Messages of a stream that shares a budget with others. */
    public MessageStream(HostStream stream, int maxMessageBytes, Budget budget) {
        this.stream = stream;
        this.maxMessageBytes = maxMessageBytes;
        this.budget = budget;
    }

    /** Room for bytes of messages that are not complete yet. */
    public interface Budget {
        /** As much as comes; for protocols with short messages. */
        Budget UNLIMITED = new Budget() {
            @Override
            public boolean take(int bytes) {
                return true;
            }

            @Override
            public void give(int bytes) {
                // Nothing was counted.
            }
        };

        /** Whether there is room for more bytes; without it the stream is reset. */
        boolean take(int bytes);

        /** Bytes are not kept any more. */
        void give(int bytes);
    }

    public HostStream stream() {
        return stream;
    }

    /**
     * The next message; empty when the peer ended the stream between two messages.
     *
     * @return fails with RESET, CLOSED, ENDED in the middle of a message, LIMIT or PROTOCOL for a bad length
     */
    public CompletionStage<Optional<ByteString>> read() {
        CompletableFuture<Optional<ByteString>> result = new CompletableFuture<>();
        advance(result);
        return result;
    }

    private void advance(CompletableFuture<Optional<ByteString>> result) {
        try {
            Optional<ByteString> message = takeBuffered();
            if (message.isPresent()) {
                result.complete(message);
                return;
            }
        } catch (WireException e) {
            refuse(result, new HostException(Reason.PROTOCOL, "bad length of a message", e));
            return;
        } catch (HostException e) {
            refuse(result, e);
            return;
        }
        stream.read().whenComplete((bytes, failure) -> {
            if (failure != null) {
                forget();
                result.completeExceptionally(Stages.cause(failure));
            } else if (!bytes.isEmpty()) {
                if (budget.take(bytes.size())) {
                    buffered = buffered.concat(bytes);
                    advance(result);
                } else {
                    refuse(result, new HostException(Reason.LIMIT, "expected room for the rest of a message"));
                }
            } else if (buffered.isEmpty()) {
                result.complete(Optional.empty());
            } else {
                forget();
                result.completeExceptionally(new HostException(
                        Reason.ENDED, "expected the rest of a message, but found the end of the stream"));
            }
        });
    }

    private void refuse(CompletableFuture<Optional<ByteString>> result, HostException cause) {
        stream.reset();
        forget();
        result.completeExceptionally(cause);
    }

    private void forget() {
        budget.give(buffered.size());
        buffered = ByteString.EMPTY;
    }

    private Optional<ByteString> takeBuffered() {
        Varint.Reader length = new Varint.Reader(Varint.MAX_BYTES);
        int at = 0;
        while (at < buffered.size()) {
            if (length.accept(buffered.byteAt(at++))) {
                if (length.value() > maxMessageBytes) {
                    throw new HostException(
                            Reason.LIMIT,
                            "expected a message of at most %d bytes, but found a length of %d"
                                    .formatted(maxMessageBytes, length.value()));
                }
                int end = at + (int) length.value();
                if (end > buffered.size()) {
                    return Optional.empty();
                }
                ByteString message = buffered.substring(at, end);
                if (message.size() <= MAX_COPIED_BYTES) {
                    // A slice would keep alive what was received with it.
                    message = ByteString.copyFrom(message.toByteArray());
                }
                buffered = buffered.substring(end);
                budget.give(end);
                return Optional.of(message);
            }
        }
        return Optional.empty();
    }

    /** Writes one message. */
    public CompletionStage<Void> write(ByteString message) {
        return stream.write(ByteString.copyFrom(Varint.encode(message.size())).concat(message));
    }
}
