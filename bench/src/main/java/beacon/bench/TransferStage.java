package beacon.bench;

import beacon.dht.HostStream;
import beacon.dht.libp2p.Limits;
import beacon.dht.libp2p.PeerKeys;
import beacon.dht.libp2p.TcpHost;
import beacon.dht.node.DhtLoop;
import beacon.dht.wire.Multiaddr;
import beacon.keys.Entropy;
import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Blocks from one host to another on the loopback, over a connection as clients and storage nodes have it: Noise, Yamux,
 * sockets. Both ends are in this process.
 */
final class TransferStage implements AutoCloseable {
    private static final String PROTOCOL = "/beacon/bench/transfer/1";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int SECRET_BYTES = 32;

    private final DhtLoop loop = new DhtLoop();
    private final ByteString block;
    private final TcpHost sender;
    private final TcpHost receiver;

    /** @param block what is sent again and again */
    TransferStage(Entropy entropy, ByteString block) {
        this.block = block;
        this.sender = host(entropy, List.of());
        this.receiver = host(entropy, List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")));
        await(() -> {
            receiver.handle(PROTOCOL, TransferStage::drain);
            return sender.connect(receiver.id(), receiver.listenAddresses());
        });
    }

    private TcpHost host(Entropy entropy, List<Multiaddr> listen) {
        return TcpHost.start(new TcpHost.Settings(
                new PeerKeys(entropy.bytes(SECRET_BYTES)),
                listen,
                Limits.forLoopback(),
                loop,
                new SecureRandom(),
                InstantSource.system(),
                "beacon-bench"));
    }

    /** Sends so many blocks and returns when the other end has read them all. */
    void send(long blocks) {
        HostStream stream = await(() -> sender.newStream(receiver.id(), List.of(PROTOCOL)));
        CompletableFuture<Void> written = new CompletableFuture<>();
        loop.execute(() -> writeNext(stream, blocks, written));
        await(() -> written.thenComposeAsync(
                done -> {
                    stream.closeWrite();
                    return stream.read();
                },
                loop));
    }

    private void writeNext(HostStream stream, long left, CompletableFuture<Void> written) {
        if (left == 0) {
            written.complete(null);
            return;
        }
        stream.write(block).whenComplete((done, failure) -> {
            if (failure == null) {
                writeNext(stream, left - 1, written);
            } else {
                written.completeExceptionally(failure);
            }
        });
    }

    /** Reads to the end and says so by ending, too. */
    private static void drain(HostStream stream) {
        stream.read().whenComplete((bytes, failure) -> {
            if (failure == null && !bytes.isEmpty()) {
                drain(stream);
            } else {
                stream.closeWrite();
            }
        });
    }

    private <T> T await(Supplier<CompletionStage<T>> step) {
        return CompletableFuture.supplyAsync(step, loop)
                .thenCompose(stage -> stage)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        await(sender::close);
        await(receiver::close);
        loop.shutdownNow();
    }
}
