package beacon.dht.libp2p;

import beacon.dht.HostStream;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How fast one stream over one connection on the loopback is, for each core of either end, beside the cipher alone on one
 * core and beside the kernel alone, whose copies nobody can avoid. Run by hand with a number of rounds, of which the second
 * half counts: {@code java -cp … beacon.dht.libp2p.TransferBenchmark 20}.
 */
final class TransferBenchmark {
    private static final String PROTOCOL = "/bench/1.0.0";
    private static final int BLOCK_BYTES = 256 << 10;
    private static final int TRANSFER_BYTES = 256 << 20;
    private static final int ROUNDS = 20;
    private static final byte[] NONE = new byte[0];
    private static final byte[] KEY = RawPeer.random(32);
    private static final int CIPHER_MESSAGES = 4000;

    private TransferBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        try (TcpHosts senders = new TcpHosts();
                TcpHosts receivers = new TcpHosts()) {
            TcpHost sender = senders.start(Limits.forLoopback());
            TcpHost receiver = receivers.start(Limits.forLoopback());
            receivers.await(() -> {
                receiver.handle(PROTOCOL, stream -> drain(stream));
                return CompletableFuture.completedFuture(null);
            });
            senders.await(() -> sender.connect(receiver.id(), receiver.listenAddresses()));
            int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ROUNDS;
            List<double[]> counted = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                double[] rates = {
                    cipherRate(Aead.sealing(KEY), Aead.opening(KEY)),
                    kernelRate(),
                    transferRate(senders, sender, receiver.id())
                };
                System.out.printf("cipher %.0f, kernel %.0f, transfer %.0f MB/s%n", rates[0], rates[1], rates[2]);
                if (round >= rounds / 2) {
                    counted.add(rates);
                }
            }
            double cipher = median(counted, 0);
            double kernel = median(counted, 1);
            double transfer = median(counted, 2);
            System.out.printf(
                    "MB/s per core, medians: cipher %.0f, kernel %.0f, both in a row %.0f (%.0f %%), transfer %.0f (%.0f %%)%n",
                    cipher,
                    kernel,
                    1 / (1 / cipher + 1 / kernel),
                    100 * kernel / (cipher + kernel),
                    transfer,
                    100 * transfer / cipher);
        }
    }

    private static double median(List<double[]> rates, int column) {
        double[] sorted =
                rates.stream().mapToDouble(each -> each[column]).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** Both ends are in this process: each of them had half of the time. */
    private static double transferRate(TcpHosts senders, TcpHost sender, PeerId receiver) {
        long start = processCpuNanos();
        HostStream stream = senders.await(() -> sender.newStream(receiver, List.of(PROTOCOL)));
        ByteString block = ByteString.copyFrom(RawPeer.random(BLOCK_BYTES));
        senders.await(() -> write(stream, block, TRANSFER_BYTES));
        senders.await(() -> {
            stream.closeWrite();
            return stream.read();
        });
        return 2.0 * TRANSFER_BYTES * 1e3 / (processCpuNanos() - start);
    }

    /** What the sockets alone cost: the same bytes out of one buffer and into another. */
    private static double kernelRate() throws Exception {
        try (ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel out = SocketChannel.open(server.getLocalAddress());
                SocketChannel in = server.accept()) {
            long start = processCpuNanos();
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK_BYTES);
                for (int left = TRANSFER_BYTES; left > 0; left -= BLOCK_BYTES) {
                    buffer.clear();
                    while (buffer.hasRemaining()) {
                        try {
                            out.write(buffer);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }
                }
            });
            ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK_BYTES);
            for (long left = TRANSFER_BYTES; left > 0; left -= buffer.position()) {
                buffer.clear();
                if (in.read(buffer) < 0) {
                    throw new IOException("expected more bytes");
                }
            }
            sent.join();
            return 2.0 * TRANSFER_BYTES * 1e3 / (processCpuNanos() - start);
        }
    }

    private static CompletionStage<Void> write(HostStream stream, ByteString block, int left) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        writeNext(stream, block, left, result);
        return result;
    }

    /** Keeps two writes under way, so that the connection is never without work. */
    private static void writeNext(HostStream stream, ByteString block, int left, CompletableFuture<Void> result) {
        CompletionStage<Void> first = stream.write(block);
        stream.write(block).whenComplete((done, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            }
        });
        first.whenComplete((done, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else if (left <= 2 * block.size()) {
                result.complete(null);
            } else {
                writeNext(stream, block, left - 2 * block.size(), result);
            }
        });
    }

    private static void drain(HostStream stream) {
        stream.read().whenComplete((bytes, failure) -> {
            if (failure == null && !bytes.isEmpty()) {
                drain(stream);
            } else {
                stream.closeWrite();
            }
        });
    }

    /** Half sealed, half opened, as the two ends do. */
    private static double cipherRate(Aead sealing, Aead opening) throws Exception {
        byte[] plain = new byte[Scratch.MAX_PLAIN_BYTES];
        byte[] sealed = new byte[Scratch.MAX_MESSAGE_BYTES];
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < CIPHER_MESSAGES; i++) {
            sealing.next(NONE, plain, 0, plain.length, sealed, 0);
            opening.next(NONE, sealed, 0, sealed.length, plain, 0);
        }
        return 2.0 * CIPHER_MESSAGES * plain.length * 1e3 / (threads.getCurrentThreadCpuTime() - start);
    }

    private static long processCpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
