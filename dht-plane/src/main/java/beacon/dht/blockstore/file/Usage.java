package beacon.dht.blockstore.file;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Blocks and bytes of each shard, in a mapped file: what was counted survives the process, and opening adds up 64 KiB
 * instead of listing a million files. A crash between renaming a block and counting it leaves a shard off by the blocks
 * in flight, a power failure by more; the scrub sets each shard right when it lists it.
 */
final class Usage {
    private static final int ENTRY_BYTES = 16;

    private final MappedByteBuffer map;
    private final int shards;
    private long blocks;
    private long bytes;

    private Usage(MappedByteBuffer map, int shards) {
        this.map = map;
        this.shards = shards;
    }

    static Usage open(Path file, int shards) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Usage usage =
                    new Usage(channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) shards * ENTRY_BYTES), shards);
            usage.sum();
            return usage;
        }
    }

    private synchronized void sum() {
        for (int shard = 0; shard < shards; shard++) {
            blocks += map.getLong(shard * ENTRY_BYTES);
            bytes += map.getLong(shard * ENTRY_BYTES + Long.BYTES);
        }
    }

    synchronized void add(int shard, long moreBlocks, long moreBytes) {
        int at = shard * ENTRY_BYTES;
        write(shard, map.getLong(at) + moreBlocks, map.getLong(at + Long.BYTES) + moreBytes);
    }

    synchronized void set(int shard, long shardBlocks, long shardBytes) {
        write(shard, shardBlocks, shardBytes);
    }

    private void write(int shard, long shardBlocks, long shardBytes) {
        int at = shard * ENTRY_BYTES;
        long newBlocks = Math.max(0, shardBlocks);
        long newBytes = Math.max(0, shardBytes);
        blocks += newBlocks - map.getLong(at);
        bytes += newBytes - map.getLong(at + Long.BYTES);
        map.putLong(at, newBlocks);
        map.putLong(at + Long.BYTES, newBytes);
    }

    synchronized long blocks() {
        return blocks;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized void close() {
        map.force();
    }
}
