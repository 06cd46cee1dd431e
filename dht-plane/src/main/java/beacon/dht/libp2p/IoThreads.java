package beacon.dht.libp2p;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The I/O threads of this process, shared by all its hosts: started with the first one, ended with the last one. Twenty
 * hosts in one process, as tests and benchmarks have, would have twenty times the threads and buffers otherwise.
 */
final class IoThreads {
    private static final int COUNT =
            Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
    private static final IoThreads SHARED = new IoThreads();

    private @Nullable EventLoopGroup group;
    private int users;

    private IoThreads() {}

    /** Epoll where it loads, else NIO. */
    static boolean useEpoll() {
        return Epoll.isAvailable();
    }

    static EventLoopGroup acquire() {
        return SHARED.take();
    }

    static void release() {
        SHARED.giveBack();
    }

    private synchronized EventLoopGroup take() {
        EventLoopGroup running = group;
        if (running == null) {
            IoHandlerFactory io = useEpoll() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
            running = new MultiThreadIoEventLoopGroup(COUNT, new DefaultThreadFactory("libp2p-io", true), io);
            group = running;
        }
        users++;
        return running;
    }

    private synchronized void giveBack() {
        users--;
        EventLoopGroup running = group;
        if (users == 0 && running != null) {
            group = null;
            Future<?> unused = running.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS);
        }
    }
}
