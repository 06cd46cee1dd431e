package beacon.dht.libp2p;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.wire.ProtocolChoice;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a stream, either side: agrees on a protocol within a deadline, then hands the stream over. On the
 * connection's I/O thread.
 */
final class StreamNegotiation implements YamuxStream.Events {
    /** Gets the stream or the reason why there is none. */
    interface Outcome {
        void agreed(TcpStream stream);

        void failed(HostException cause);
    }

    private final TcpConnection connection;
    private final ProtocolChoice choice;
    private final ExecutorService loop;
    private final Outcome outcome;
    private @Nullable YamuxStream stream;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean over;

    StreamNegotiation(TcpConnection connection, ProtocolChoice choice, ExecutorService loop, Outcome outcome) {
        this.connection = connection;
        this.choice = choice;
        this.loop = loop;
        this.outcome = outcome;
    }

    void start(YamuxStream started, Duration allowed) {
        stream = started;
        started.write(choice.opening(), failure -> {});
        deadline = connection
                .context()
                .executor()
                .schedule(
                        () -> fail(new HostException(
                                Reason.TIMEOUT, "expected a protocol to be agreed on within " + allowed)),
                        allowed.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void data(byte[] from, int offset, int length) {
        YamuxStream current = stream;
        if (current == null || over) {
            return;
        }
        int at = offset;
        try {
            while (at < offset + length) {
                ProtocolChoice.Step step = choice.accept(from[at++]);
                ByteString reply = step.reply();
                if (!reply.isEmpty()) {
                    current.write(reply, failure -> {});
                }
                if (step.chosen().isPresent()) {
                    current.consumed(at - offset);
                    agreed(current, step.chosen().get(), from, at, offset + length - at);
                    return;
                }
            }
            current.consumed(length);
        } catch (ProtocolChoice.NoneServed e) {
            fail(new HostException(Reason.UNSUPPORTED, e.getMessage() == null ? "" : e.getMessage()));
        } catch (WireException e) {
            fail(new HostException(Reason.PROTOCOL, "the negotiation of a protocol failed", e));
        }
    }

    private void agreed(YamuxStream current, String protocol, byte[] from, int offset, int length) {
        over = true;
        cancelDeadline();
        TcpStream agreed = new TcpStream(connection, current, protocol, loop);
        current.handOver(agreed);
        if (length > 0) {
            agreed.data(from, offset, length);
        }
        outcome.agreed(agreed);
    }

    private void fail(HostException cause) {
        YamuxStream current = stream;
        if (!over && current != null) {
            over = true;
            cancelDeadline();
            current.reset();
            outcome.failed(cause);
        }
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    public void ended() {
        fail(new HostException(Reason.ENDED, "expected a protocol, but found the end of the stream"));
    }

    @Override
    public void failed(HostException cause) {
        if (!over) {
            over = true;
            cancelDeadline();
            outcome.failed(cause);
        }
    }
}
