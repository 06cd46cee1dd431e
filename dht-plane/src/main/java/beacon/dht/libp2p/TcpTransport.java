package beacon.dht.libp2p;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.wire.AddressPart;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sockets: listens, dials, and turns channels into {@link TcpConnection}s. Epoll where it loads, else NIO. */
final class TcpTransport {
    /** Time for the last frames to leave. */
    private static final Duration FAREWELL = Duration.ofMillis(50);

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 << 10, 256 << 10);
    /** Several noise messages at once from who sends much; a buffer is given back after each read. */
    private static final RecvByteBufAllocator READS = new AdaptiveRecvByteBufAllocator(64, 2 << 10, 256 << 10);
    /** Netty's default takes many of the large buffers from the system, which zeroes them, and gives them back after use. */
    private static final ByteBufAllocator BUFFERS = PooledByteBufAllocator.DEFAULT;

    private final EventLoopGroup group;
    private final Class<? extends SocketChannel> socketType;
    private final Class<? extends ServerChannel> serverType;
    private final Identity identity;
    private final Limits limits;
    private final TcpConnection.Terms terms;
    private final Admission admission;
    private final List<Channel> listening = new ArrayList<>();
    /** Everything that is open, so that the end of this host does not depend on that of the shared threads. */
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    TcpTransport(Identity identity, Limits limits, TcpConnection.Terms terms) {
        boolean epoll = IoThreads.useEpoll();
        this.group = IoThreads.acquire();
        this.socketType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        this.serverType = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        this.identity = identity;
        this.limits = limits;
        this.terms = terms;
        this.admission = new Admission(limits.connections(), terms.counters());
    }

    /** Listens, and returns the address with the port that was really taken. */
    Multiaddr listen(Multiaddr address) {
        InetSocketAddress wanted = socketAddress(address)
                .orElseThrow(
                        () -> new IllegalArgumentException("expected /ip4 or /ip6 with /tcp, but found " + address));
        Channel channel = new ServerBootstrap()
                .group(group)
                .channel(serverType)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, BUFFERS)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, READS)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel accepted) {
                        admit(accepted);
                    }
                })
                .bind(wanted)
                .syncUninterruptibly()
                .channel();
        listening.add(channel);
        open.add(channel);
        InetSocketAddress bound = (InetSocketAddress) channel.localAddress();
        return multiaddr(bound);
    }

    private void admit(SocketChannel accepted) {
        InetAddress from = accepted.remoteAddress().getAddress();
        if (admission.admit(from)) {
            open.add(accepted);
            TcpConnection connection = new TcpConnection(false, Optional.empty(), identity, limits, terms);
            accepted.closeFuture().addListener(closed -> admission.left(from, connection.isEstablished()));
            connection.whenEstablished(admission::handshakeDone);
            accepted.pipeline().addLast(connection);
        } else {
            // A reset rather than an orderly end: no state stays behind here for those that are turned away.
            accepted.config().setSoLinger(0);
            ChannelFuture unused = accepted.close();
        }
    }

    /** Dials and shakes hands; completes on an I/O thread, after the owner was told. */
    CompletableFuture<TcpConnection> dial(PeerId peer, Multiaddr address) {
        CompletableFuture<TcpConnection> result = new CompletableFuture<>();
        Optional<InetSocketAddress> to = socketAddress(address);
        if (to.isEmpty()) {
            result.completeExceptionally(new HostException(
                    Reason.UNREACHABLE, "expected an address that can be dialled, but found " + address));
            return result;
        }
        TcpConnection connection = new TcpConnection(true, Optional.of(peer), identity, limits, terms);
        connection.whenEstablished(() -> result.complete(connection));
        connection.whenFailed(result::completeExceptionally);
        ChannelFuture connecting = new Bootstrap()
                .group(group)
                .channel(socketType)
                .option(ChannelOption.ALLOCATOR, BUFFERS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        limits.timeouts().dial().toMillis())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .option(ChannelOption.RECVBUF_ALLOCATOR, READS)
                .handler(connection)
                .connect(to.get());
        terms.counters().connections.incrementAndGet();
        open.add(connecting.channel());
        connecting
                .channel()
                .closeFuture()
                .addListener(closed -> terms.counters().connections.decrementAndGet());
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                result.completeExceptionally(new HostException(
                        Reason.UNREACHABLE, "expected %s to answer".formatted(address), done.cause()));
            }
        });
        return result;
    }

    /** The socket address of a multiaddr that TCP alone can reach. */
    static Optional<InetSocketAddress> socketAddress(Multiaddr address) {
        List<Multiaddr.Part> parts = address.withoutPeer().map(Multiaddr::parts).orElse(List.of());
        if (!address.isKnown() || parts.size() != 2 || parts.get(1).protocol() != AddressPart.TCP) {
            return Optional.empty();
        }
        int port = Integer.parseInt(parts.get(1).toString());
        AddressPart kind = parts.get(0).protocol();
        if (kind != AddressPart.IP4 && kind != AddressPart.IP6) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InetSocketAddress(
                    InetAddress.getByAddress(parts.get(0).value().toByteArray()), port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("expected 4 or 16 bytes of an address", e);
        }
    }

    static Multiaddr multiaddr(InetSocketAddress address) {
        return Multiaddr.ofTcp(ByteString.copyFrom(address.getAddress().getAddress()), address.getPort());
    }

    /** Stops listening; connections stay until they are closed. */
    void stopListening() {
        for (Channel channel : listening) {
            ChannelFuture unused = channel.close();
        }
        listening.clear();
    }

    /** Closes what is still open, once it was told so, and lets go of the threads. */
    void shutDown(Runnable done) {
        ScheduledFuture<?> unused = group.schedule(
                () -> {
                    open.close().addListener(closed -> {
                        IoThreads.release();
                        done.run();
                    });
                },
                FAREWELL.toMillis(),
                TimeUnit.MILLISECONDS);
    }
}
