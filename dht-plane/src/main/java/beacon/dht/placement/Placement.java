package beacon.dht.placement;

import beacon.dht.Host;
import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.HostStream;
import beacon.dht.MessageStream;
import beacon.dht.Stages;
import beacon.dht.Timers;
import beacon.dht.placement.PlacementCodec.Offer;
import beacon.dht.placement.PlacementCodec.Reply;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands blocks to storage nodes. Used on the host's loop. */
public final class Placement {
    private final Host host;
    private final Duration timeout;

    /**
     * Places blocks through a host.
     *
     * @param timeout of one block, the dial included
     */
    public Placement(Host host, Duration timeout) {
        this.host = host;
        this.timeout = timeout;
    }

    /**
     * Hands a block to a peer.
     *
     * @return placed with a receipt that was checked, or refused; fails with {@link HostException} when the peer cannot
     *     be reached or does not keep to the protocol
     */
    public CompletionStage<PlaceOutcome> place(PeerId target, Cid cid, ByteString bytes) {
        return new Handover(target, cid, bytes).start();
    }

    private final class Handover {
        private final PeerId target;
        private final Cid cid;
        private final ByteString bytes;
        private final CompletableFuture<PlaceOutcome> result = new CompletableFuture<>();
        private @Nullable HostStream opened;

        Handover(PeerId target, Cid cid, ByteString bytes) {
            this.target = target;
            this.cid = cid;
            this.bytes = bytes;
        }

        CompletionStage<PlaceOutcome> start() {
            ScheduledFuture<?> deadline = Timers.after(
                    host.loop(),
                    timeout,
                    () -> fail(new HostException(
                            Reason.TIMEOUT,
                            "expected %s to take the block within %s, but found no end".formatted(target, timeout))));
            CompletionStage<PlaceOutcome> outcome = result;
            outcome.whenComplete((done, failure) -> deadline.cancel(false));
            host.newStream(target, List.of(PlacementServer.PROTOCOL)).whenComplete((stream, failure) -> {
                if (failure != null) {
                    fail(failure);
                } else if (result.isDone()) {
                    stream.reset();
                } else {
                    opened = stream;
                    offer(new MessageStream(stream, PlacementCodec.MAX_MESSAGE_BYTES));
                }
            });
            return result;
        }

        private void offer(MessageStream messages) {
            send(messages, PlacementCodec.encode(new Offer(cid, bytes.size())));
            next(messages, reply -> {
                if (reply.status() == PlacementCodec.Status.SEND) {
                    send(messages, bytes);
                    next(messages, last -> conclude(messages, last));
                } else {
                    conclude(messages, reply);
                }
            });
        }

        private void send(MessageStream messages, ByteString message) {
            messages.write(message).whenComplete((done, failure) -> {
                if (failure != null) {
                    fail(failure);
                }
            });
        }

        private void next(MessageStream messages, Consumer<Reply> then) {
            messages.read().whenComplete((message, failure) -> {
                if (failure != null) {
                    fail(failure);
                } else if (message.isEmpty()) {
                    fail(new HostException(Reason.ENDED, "expected a reply, but found the end of the stream"));
                } else {
                    try {
                        then.accept(PlacementCodec.decodeReply(message.get()));
                    } catch (WireException e) {
                        fail(new HostException(Reason.PROTOCOL, "expected a reply of the protocol", e));
                    }
                }
            });
        }

        private void conclude(MessageStream messages, Reply reply) {
            switch (reply.status()) {
                case SEND -> throw new WireException("expected a receipt or a refusal, but found another go-ahead");
                case REFUSED -> result.complete(new PlaceOutcome.Refused(reply.refusal(), reply.message()));
                case STORED -> result.complete(new PlaceOutcome.Placed(checked(Receipt.verify(reply.receipt()))));
            }
            messages.stream().closeWrite();
        }

        private Receipt checked(Receipt receipt) {
            boolean fits = receipt.cid().equals(cid)
                    && receipt.sizeBytes() == bytes.size()
                    && receipt.storer().equals(target);
            if (!fits) {
                throw new WireException("expected a receipt for this block, but found one for another");
            }
            return receipt;
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
