package beacon.dht.blockstore.file;

import beacon.model.Cid;
import beacon.model.MalformedCid;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The folders of a block store: {@code blocks/SHARD/CID}, {@code tmp} for what is being written, {@code quarantine}. The
 * shard is the last twelve bits of the digest as three hexadecimal digits.
 */
final class BlockFiles {
    static final int SHARDS = 1 << 12;
    private static final int MAX_QUARANTINED = 1_000;

    private final Path blocks;
    private final Path tmp;
    private final Path quarantine;
    private final int maxBlockBytes;
    private final boolean fsync;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong shardListings = new AtomicLong();

    record Listing(List<Cid> cids, long bytes) {}

    BlockFiles(Path folder, int maxBlockBytes, boolean fsync) throws IOException {
        this.maxBlockBytes = maxBlockBytes;
        this.fsync = fsync;
        this.blocks = Files.createDirectories(folder.resolve("blocks"));
        this.tmp = Files.createDirectories(folder.resolve("tmp"));
        this.quarantine = Files.createDirectories(folder.resolve("quarantine"));
        syncFolder(folder);
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(tmp)) {
            for (Path leftover : leftovers) {
                Files.delete(leftover);
            }
        }
    }

    static int shardOf(Cid cid) {
        ByteString digest = cid.digest();
        int size = digest.size();
        if (size < 2) {
            return 0;
        }
        return ((digest.byteAt(size - 2) & 0x0f) << 8) | (digest.byteAt(size - 1) & 0xff);
    }

    private Path shardFolder(int shard) {
        return blocks.resolve("%03x".formatted(shard));
    }

    private Path file(Cid cid, int shard) {
        return shardFolder(shard).resolve(cid.toString());
    }

    boolean exists(Cid cid, int shard) {
        return Files.exists(file(cid, shard));
    }

    OptionalInt size(Cid cid, int shard) throws IOException {
        try {
            return OptionalInt.of((int) Math.min(Integer.MAX_VALUE, Files.size(file(cid, shard))));
        } catch (NoSuchFileException e) {
            return OptionalInt.empty();
        }
    }

    /** At most one byte more than a block may have, so that a grown file shows as corrupt without being read whole. */
    Optional<ByteString> read(Cid cid, int shard) throws IOException {
        try (FileChannel channel = FileChannel.open(file(cid, shard), StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), maxBlockBytes + 1L));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // A read may bring less than was asked for.
            }
            return Optional.of(UnsafeByteOperations.unsafeWrap(bytes.array(), 0, bytes.position()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    void write(Cid cid, int shard, ByteString bytes) throws IOException {
        Path folder = shardFolder(shard);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            syncFolder(blocks);
        }
        Path beside = tmp.resolve(Long.toString(numbers.incrementAndGet()));
        try {
            try (FileChannel channel =
                    FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (ByteBuffer part : bytes.asReadOnlyByteBufferList()) {
                    while (part.hasRemaining()) {
                        channel.write(part);
                    }
                }
                if (fsync) {
                    channel.force(true);
                }
            }
            Files.move(beside, file(cid, shard), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(beside);
            throw e;
        }
        syncFolder(folder);
    }

    /** Removes a block that was stored before this time. */
    OptionalInt delete(Cid cid, int shard, Instant storedSince) throws IOException {
        Path file = file(cid, shard);
        try {
            if (!Files.getLastModifiedTime(file).toInstant().isBefore(storedSince)) {
                return OptionalInt.empty();
            }
        } catch (NoSuchFileException e) {
            return OptionalInt.empty();
        }
        OptionalInt size = size(cid, shard);
        Files.deleteIfExists(file);
        syncFolder(shardFolder(shard));
        return size;
    }

    /** Sets the time at which a block counts as stored. */
    void touch(Cid cid, int shard, Instant now) throws IOException {
        Path file = file(cid, shard);
        Files.setLastModifiedTime(file, FileTime.from(now));
        if (fsync) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Moves a block out of the way and returns its length; the oldest go when there are too many. */
    long quarantine(Cid cid, int shard) throws IOException {
        Path source = file(cid, shard);
        long size = Files.size(source);
        Files.move(
                source,
                quarantine.resolve(cid.toString()),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        syncFolder(quarantine);
        syncFolder(shardFolder(shard));
        trimQuarantine();
        return size;
    }

    private synchronized void trimQuarantine() throws IOException {
        List<Path> kept = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(quarantine)) {
            all.forEach(kept::add);
        }
        if (kept.size() <= MAX_QUARANTINED) {
            return;
        }
        kept.sort(Comparator.comparing((Path path) -> path.toFile().lastModified()));
        for (Path oldest : kept.subList(0, kept.size() - MAX_QUARANTINED)) {
            Files.deleteIfExists(oldest);
        }
    }

    /** All blocks of a shard in the order of their names, and their bytes. Foreign files are not looked at. */
    Listing listShard(int shard) throws IOException {
        shardListings.incrementAndGet();
        List<Cid> cids = new ArrayList<>();
        long bytes = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(shardFolder(shard))) {
            for (Path entry : entries) {
                Optional<Cid> cid = parse(entry.getFileName().toString());
                if (cid.isPresent() && shardOf(cid.get()) == shard) {
                    cids.add(cid.get());
                    bytes += size(cid.get(), shard).orElse(0);
                }
            }
        } catch (NoSuchFileException e) {
            return new Listing(List.of(), 0);
        }
        cids.sort(Comparator.comparing(Cid::toString));
        return new Listing(cids, bytes);
    }

    private static Optional<Cid> parse(String name) {
        try {
            Cid cid = Cid.parse(name);
            return cid.toString().equals(name) ? Optional.of(cid) : Optional.empty();
        } catch (MalformedCid e) {
            return Optional.empty();
        }
    }

    List<Cid> list(Optional<Cid> after, int limit) throws IOException {
        List<Cid> page = new ArrayList<>();
        String last = after.map(Cid::toString).orElse("");
        int first = after.map(BlockFiles::shardOf).orElse(0);
        for (int shard = first; shard < SHARDS && page.size() < limit; shard++) {
            for (Cid cid : listShard(shard).cids()) {
                boolean isNext = shard > first || cid.toString().compareTo(last) > 0;
                if (isNext && page.size() < limit) {
                    page.add(cid);
                }
            }
        }
        return page;
    }

    long shardListings() {
        return shardListings.get();
    }

    private void syncFolder(Path folder) throws IOException {
        if (fsync) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
