package beacon.sim.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An open file, or an open directory to sync. */
final class MemoryChannel extends FileChannel {
    private final MemoryDisk disk;
    private final MemoryPath path;
    private final MemoryDisk.@Nullable Content content;
    private final boolean appends;
    private long position;

    MemoryChannel(MemoryDisk disk, MemoryPath path, MemoryDisk.@Nullable Content content, boolean appends) {
        this.disk = disk;
        this.path = path;
        this.content = content;
        this.appends = appends;
    }

    private MemoryDisk.Content content() {
        return Objects.requireNonNull(content, "expected a file, but found a directory");
    }

    @Override
    public int read(ByteBuffer target) {
        int count = read(target, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public int read(ByteBuffer target, long from) {
        byte[] bytes = content().now;
        if (from >= bytes.length) {
            return -1;
        }
        int count = (int) Math.min(target.remaining(), bytes.length - from);
        target.put(bytes, (int) from, count);
        return count;
    }

    @Override
    public int write(ByteBuffer source) {
        if (appends) {
            position = size();
        }
        int count = write(source, position);
        position += count;
        return count;
    }

    @Override
    public int write(ByteBuffer source, long to) {
        int count = source.remaining();
        byte[] before = content().now;
        byte[] bytes = Arrays.copyOf(before, (int) Math.max(before.length, to + count));
        source.get(bytes, (int) to, count);
        disk.write(content(), bytes);
        return count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        return content().now.length;
    }

    @Override
    public FileChannel truncate(long size) {
        if (size < size()) {
            disk.write(content(), Arrays.copyOf(content().now, (int) size));
        }
        return this;
    }

    @Override
    public void force(boolean metaData) {
        disk.sync(path, content);
    }

    /** One process has the disk, so that every lock is free. */
    @Override
    public FileLock tryLock(long from, long size, boolean shared) {
        return new FileLock(this, from, size, shared) {
            @Override
            public boolean isValid() {
                return true;
            }

            @Override
            public void release() {
                // Nobody waits for it.
            }
        };
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) {
        return tryLock(from, size, shared);
    }

    private static UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException("a simulated disk does not know this");
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw unsupported();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw unsupported();
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) {
        throw unsupported();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long to, long count) {
        throw unsupported();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) throws IOException {
        throw unsupported();
    }

    @Override
    protected void implCloseChannel() {
        // Nothing is held.
    }
}
