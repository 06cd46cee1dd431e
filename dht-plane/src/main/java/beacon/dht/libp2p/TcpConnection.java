package beacon.dht.libp2p;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.ProtocolChoice;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection from its first byte to its last: handshake, then noise messages in and out, with yamux inside. All
 * of it happens on the channel's event loop; what leaves it goes through {@link Owner}.
 */
final class TcpConnection extends ChannelInboundHandlerAdapter implements YamuxSession.Wire {
    private static final byte[] NONE = new byte[0];
    private static final Duration TICK = Duration.ofSeconds(5);
    private static final int TICKS_PER_TIMEOUT = 4;
    private static final int VECTOR_BYTES = 64;
    /** A frame is not cut in two for less. */
    private static final int LEAST_ROOM_BYTES = 4 << 10;

    /** Who is told about the connection, on its event loop. */
    interface Owner {
        void established(TcpConnection connection);

        /** Over; the cause says why. Called once, and only after it was established. */
        void closed(TcpConnection connection, HostException cause);

        YamuxStream.Events accept(TcpConnection connection, YamuxStream stream);
    }

    private final boolean dialler;
    private final Optional<PeerId> expected;
    private final Identity identity;
    private final Limits limits;
    private final Counters counters;
    private final Owner owner;
    private final MessageReader reader = new MessageReader();
    private final TrickleGuard trickle;
    private final Deque<Runnable> afterRead = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Handshake handshake;
    private @Nullable ProtocolChoice muxerChoice;
    private @Nullable YamuxSession session;
    private @Nullable SealedBatch batch;
    private @Nullable Aead opener;
    private @Nullable PeerId remote;
    private @Nullable HostException cause;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> ticks;
    private boolean flushScheduled;
    private boolean reading;
    private boolean closed;
    private boolean established;
    private Runnable onEstablished = () -> {};
    private Consumer<HostException> onFailed = why -> {};
    private long lastKeepAliveNanos = System.nanoTime();
    private volatile long busyNanos = System.nanoTime();
    private volatile int streams;

    TcpConnection(boolean dialler, Optional<PeerId> expected, Identity identity, Limits limits, Terms terms) {
        this.dialler = dialler;
        this.expected = expected;
        this.identity = identity;
        this.limits = limits;
        this.counters = terms.counters();
        this.owner = terms.owner();
        this.trickle = new TrickleGuard(limits.timeouts().frame().toNanos());
    }

    /** Who counts and who listens. */
    record Terms(Counters counters, Owner owner) {}

    /** Runs something on the event loop when the handshake is through; set before the channel is active. */
    void whenEstablished(Runnable action) {
        onEstablished = action;
    }

    /** Runs something on the event loop when the connection ends before that; set before the channel is active. */
    void whenFailed(Consumer<HostException> action) {
        onFailed = action;
    }

    boolean isEstablished() {
        return established;
    }

    boolean isDialler() {
        return dialler;
    }

    /** The proven peer; only after it was established. */
    PeerId remote() {
        PeerId peer = remote;
        if (peer == null) {
            throw new IllegalStateException("expected the handshake to be through");
        }
        return peer;
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext active = context;
        if (active == null) {
            throw new IllegalStateException("expected the connection to be active");
        }
        return active;
    }

    /** Nanoseconds since a stream was open; 0 while one is. Readable from any thread. */
    long idleNanos(long nowNanos) {
        return streams > 0 ? 0 : nowNanos - busyNanos;
    }

    /** Open streams. Readable from any thread. */
    int streamCount() {
        return streams;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        Duration allowed =
                dialler ? limits.timeouts().dial() : limits.timeouts().handshake();
        deadline = active.executor()
                .schedule(
                        () -> fail(new HostException(Reason.TIMEOUT, "expected a handshake within " + allowed)),
                        allowed.toMillis(),
                        TimeUnit.MILLISECONDS);
        Handshake started = new Handshake(dialler, expected, identity, this::writeRaw);
        handshake = started;
        started.start();
        active.flush();
    }

    private void writeRaw(byte[] bytes) {
        counters.bytesOut.add(bytes.length);
        ChannelFuture unused = context()
                .write(
                        context().alloc().buffer(bytes.length).writeBytes(bytes),
                        context().voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext active, Object message) {
        ByteBuf in = (ByteBuf) message;
        counters.bytesIn.add(in.readableBytes());
        reading = true;
        try {
            while (in.isReadable() && !closed) {
                Handshake running = handshake;
                if (running != null) {
                    running.receive(in).ifPresent(this::secured);
                } else {
                    reader.read(in, this::open);
                }
            }
        } catch (WireException e) {
            fail(new HostException(Reason.PROTOCOL, e.getMessage() == null ? "" : e.getMessage(), e));
        } catch (ProtocolChoice.NoneServed e) {
            fail(new HostException(Reason.UNSUPPORTED, "expected noise and yamux to be served", e));
        } catch (HostException e) {
            fail(e);
        } finally {
            reading = false;
            in.release();
            for (Runnable next = afterRead.poll(); next != null; next = afterRead.poll()) {
                next.run();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext active) {
        flushNow();
    }

    private void secured(Handshake.Result result) {
        handshake = null;
        remote = result.remote();
        batch = new SealedBatch(result.sender());
        opener = result.receiver();
        if (result.muxer().isPresent()) {
            muxed();
        } else {
            ProtocolChoice choice = dialler
                    ? ProtocolChoice.proposing(List.of(Identity.YAMUX))
                    : ProtocolChoice.answering(Identity.YAMUX::equals);
            muxerChoice = choice;
            queue(choice.opening());
        }
    }

    private void muxed() {
        muxerChoice = null;
        session = new YamuxSession(this, dialler, limits, counters, System::nanoTime);
        cancel(deadline);
        long every = Math.min(TICK.toMillis(), limits.timeouts().frame().toMillis() / TICKS_PER_TIMEOUT);
        ticks = context().executor().scheduleAtFixedRate(this::tick, every, every, TimeUnit.MILLISECONDS);
        busyNanos = System.nanoTime();
        established = true;
        owner.established(this);
        onEstablished.run();
    }

    private void open(byte[] sealed, int length) {
        Aead cipher = opener;
        byte[] plain = Scratch.local().plain();
        int count;
        try {
            if (cipher == null || length < Aead.TAG_BYTES) {
                throw new WireException("expected a sealed message, but found %d bytes".formatted(length));
            }
            count = cipher.next(NONE, sealed, 0, length, plain, 0);
        } catch (GeneralSecurityException e) {
            throw new WireException("expected an untouched message, but found one that does not open");
        }
        int at = 0;
        ProtocolChoice choice = muxerChoice;
        while (choice != null && at < count) {
            ProtocolChoice.Step step = choice.accept(plain[at++]);
            queue(step.reply());
            if (step.chosen().isPresent()) {
                muxed();
                choice = null;
            }
        }
        YamuxSession muxer = session;
        if (muxer != null && at < count) {
            muxer.receive(plain, at, count - at);
            countStreams();
        }
    }

    private void countStreams() {
        YamuxSession muxer = session;
        int now = muxer == null ? 0 : muxer.streamCount();
        if (now > 0 || streams > 0) {
            busyNanos = System.nanoTime();
        }
        streams = now;
    }

    private void tick() {
        long now = System.nanoTime();
        countStreams();
        if (trickle.isTrickle(reader.unfinished(), now)) {
            counters.limitsReached.increment();
            fail(new HostException(Reason.TIMEOUT, "expected a message to be sent at more than a trickle"));
            return;
        }
        YamuxSession muxer = session;
        if (muxer != null
                && now - lastKeepAliveNanos > limits.timeouts().keepAlive().toNanos()) {
            lastKeepAliveNanos = now;
            muxer.keepAlive();
        }
    }

    /** Runs something once all that was read together is dealt with; on the event loop. */
    void afterRead(Runnable step) {
        if (reading) {
            afterRead.add(step);
        } else {
            step.run();
        }
    }

    /** Runs something that uses the session, on the event loop. */
    void withSession(Consumer<YamuxSession> step) {
        context().executor().execute(() -> {
            YamuxSession muxer = session;
            if (muxer != null) {
                step.accept(muxer);
                muxer.pump();
                countStreams();
            }
        });
    }

    @Override
    public boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public int room() {
        SealedBatch filling = batch;
        int left = (filling == null ? 0 : filling.room()) - YamuxFrame.HEADER_BYTES;
        int room = left < LEAST_ROOM_BYTES ? Scratch.MAX_PLAIN_BYTES - YamuxFrame.HEADER_BYTES : left;
        // The cipher is quicker with bytes that begin on the boundaries of vectors, so the next frame's do, too.
        return room - room % VECTOR_BYTES;
    }

    @Override
    public void frame(byte[] header, ByteString data, int offset, int length) {
        SealedBatch filling = batchWithRoom(header.length + length);
        filling.add(header, 0, header.length);
        if (length > 0) {
            filling.add(data, offset, length);
        }
    }

    private void queue(ByteString bytes) {
        if (!bytes.isEmpty()) {
            batchWithRoom(bytes.size()).add(bytes, 0, bytes.size());
            flush();
        }
    }

    private SealedBatch batchWithRoom(int bytes) {
        SealedBatch filling = batch;
        if (filling == null) {
            throw new IllegalStateException("expected the handshake to be through");
        }
        if (bytes > filling.room()) {
            sendBatch();
        }
        return filling;
    }

    private void sendBatch() {
        SealedBatch filled = batch;
        if (filled != null && !filled.isEmpty()) {
            ByteBuf out = filled.end(context().alloc());
            counters.bytesOut.add(out.readableBytes());
            ChannelFuture unused = context().write(out, context().voidPromise());
        }
    }

    @Override
    public void flush() {
        if (!flushScheduled && !reading) {
            flushScheduled = true;
            context().executor().execute(() -> {
                flushScheduled = false;
                flushNow();
            });
        }
    }

    private void flushNow() {
        if (!closed) {
            sendBatch();
            context().flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext active) {
        YamuxSession muxer = session;
        if (muxer != null && active.channel().isWritable()) {
            muxer.pump();
        }
    }

    @Override
    public YamuxStream.Events accept(YamuxStream stream) {
        return owner.accept(this, stream);
    }

    @Override
    public void abort(HostException why) {
        fail(why);
    }

    /** Ends the connection in good order. Any thread. */
    void close(HostException why) {
        ChannelHandlerContext active = context();
        active.executor().execute(() -> {
            YamuxSession muxer = session;
            if (muxer != null) {
                muxer.goAway();
            }
            fail(why);
        });
    }

    private void fail(HostException why) {
        if (closed) {
            return;
        }
        if (cause == null) {
            cause = why;
        }
        if (session == null) {
            counters.handshakesFailed.increment();
        }
        sendBatch();
        closed = true;
        ChannelHandlerContext active = context();
        active.writeAndFlush(active.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        // A peer that does not read must not keep the connection open.
        ScheduledFuture<?> unused = active.executor().schedule(this::closeNow, 1, TimeUnit.SECONDS);
        over();
    }

    private void closeNow() {
        ChannelFuture unused = context().close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext active) {
        if (!closed) {
            closed = true;
            if (session == null) {
                counters.handshakesFailed.increment();
            }
            over();
        }
    }

    private void over() {
        HostException why = cause != null ? cause : new HostException(Reason.CLOSED, "the connection is closed");
        cancel(deadline);
        cancel(ticks);
        YamuxSession muxer = session;
        if (muxer != null) {
            muxer.failAll(new HostException(Reason.CLOSED, "the connection is closed", why));
        }
        SealedBatch unsent = batch;
        if (unsent != null) {
            unsent.discard();
        }
        streams = 0;
        if (established) {
            owner.closed(this, why);
        } else {
            onFailed.accept(why);
        }
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext active, Throwable failure) {
        Reason reason = failure instanceof IOException ? Reason.CLOSED : Reason.PROTOCOL;
        fail(new HostException(reason, "the connection failed", failure));
    }
}
