package beacon.dht.libp2p;

import beacon.dht.HostStream;
import com.google.protobuf.ByteString;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How fast one stream over one connection on the loopback is, beside the cipher alone on one core. Run by hand:
 * {@code java -cp … beacon.dht.libp2p.TransferBenchmark}.
 */
final class TransferBenchmark {
    private static final String PROTOCOL = "/bench/1.0.0";
    private static final int BLOCK_BYTES = 256 << 10;
    private static final int TRANSFER_BYTES = 256 << 20;
    private static final int ROUNDS = 5;

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
            for (int round = 0; round < ROUNDS; round++) {
                double cipher = cipherRate();
                long start = processCpuNanos();
                long startWall = System.nanoTime();
                HostStream stream = senders.await(() -> sender.newStream(receiver.id(), List.of(PROTOCOL)));
                ByteString block = ByteString.copyFrom(RawPeer.random(BLOCK_BYTES));
                senders.await(() -> write(stream, block, TRANSFER_BYTES));
                senders.await(() -> {
                    stream.closeWrite();
                    return stream.read();
                });
                double wall = TRANSFER_BYTES * 1e3 / (System.nanoTime() - startWall);
                // Both ends are in this process: each of them had half of the time.
                double rate = 2.0 * TRANSFER_BYTES * 1e3 / (processCpuNanos() - start);
                System.out.printf(
                        "per core: cipher alone %.0f MB/s, one end of a transfer %.0f MB/s, ratio %.2f; by the clock %.0f MB/s%n",
                        cipher, rate, rate / cipher, wall);
            }
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

    private static double cipherRate() throws Exception {
        Aead aead = Aead.sealing(RawPeer.random(32));
        byte[] plain = new byte[Scratch.MAX_PLAIN_BYTES];
        byte[] sealed = new byte[Scratch.MAX_MESSAGE_BYTES];
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        int messages = 2000;
        for (int i = 0; i < messages; i++) {
            aead.next(new byte[0], plain, 0, plain.length, sealed, 0);
        }
        return (double) messages * plain.length * 1e3 / (threads.getCurrentThreadCpuTime() - start);
    }

    private static long processCpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
