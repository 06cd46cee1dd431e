package beacon.dht.blockstore.file;

import beacon.dht.blockstore.BlockHash;
import beacon.dht.blockstore.BlockLimits;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.Random;

/** The process that {@link KilledBlockstoreIT} kills: stores blocks and says so, until it is no more. */
public final class BlockWriter {
    private BlockWriter() {}

    static FileBlockstore open(Path folder) {
        return FileBlockstore.open(
                folder,
                new FileBlockstore.Options(new BlockLimits(1L << 40, 1 << 20), 1 << 20, true),
                (cid, size) -> System.out.println("corrupt " + cid));
    }

    static ByteString block(long number) {
        Random random = new Random(number);
        byte[] bytes = new byte[1 + random.nextInt(200_000)];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    public static void main(String[] arguments) throws InterruptedException {
        FileBlockstore store = open(Path.of(arguments[0]));
        long start = Long.parseLong(arguments[1]);
        Thread[] writers = new Thread[2];
        for (int i = 0; i < writers.length; i++) {
            long first = start + i;
            writers[i] = new Thread(() -> {
                for (long number = first; ; number += 2) {
                    ByteString bytes = block(number);
                    Cid cid = BlockHash.sha256(Cid.RAW, bytes);
                    if (!store.put(cid, bytes).isKept()) {
                        throw new IllegalStateException("expected block " + number + " to be kept");
                    }
                    synchronized (System.out) {
                        System.out.println("kept " + number);
                        System.out.flush();
                    }
                }
            });
            writers[i].start();
        }
        for (Thread writer : writers) {
            writer.join();
        }
    }
}
