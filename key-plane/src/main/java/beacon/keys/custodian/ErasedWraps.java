package beacon.keys.custodian;

import beacon.keys.primitives.Sha512;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Wraps that open nothing any more, because what they opened was deleted. A wrap is known by its share: with another one its
 * binding would not hold, and whatever else of it may be altered. One file for each key, of records of 20 bytes: 16 of a hash
 * of the share, and their CRC-32C. A file only grows, and goes with its key, so that rotating keys is what bounds it; each
 * wrap takes some 64 bytes of memory. Safe for many threads.
 */
final class ErasedWraps {
    private static final int HASH_BYTES = 16;
    private static final int RECORD_BYTES = HASH_BYTES + Integer.BYTES;

    private final Path directory;
    private final SortedMap<ByteString, Set<Hash>> erased = HeardFile.map();
    /** Keys that are gone. Their files stay until nothing on disk counts on them. */
    private final Set<ByteString> forgotten = new HashSet<>();

    private record Hash(long high, long low) {}

    /**
     * What is in a directory, which need not be there.
     *
     * @param least how many there have to be of each key
     * @throws CustodianException when there are fewer
     */
    ErasedWraps(Path directory, Map<ByteString, Integer> least) {
        this.directory = directory;
        try {
            if (Files.isDirectory(directory)) {
                for (Path file : files()) {
                    ByteString key = ByteString.copyFrom(HexFormat.of().parseHex(String.valueOf(file.getFileName())));
                    erased.put(key, read(file));
                }
            }
        } catch (IOException | IllegalArgumentException failed) {
            throw new CustodianException("expected files named after keys in " + directory, failed);
        }
        least.forEach((key, count) -> {
            int found = of(key).size();
            if (found < count) {
                throw new CustodianException(
                        "expected %d erased wraps or more in %s, but found %d; delete the directories erased and log to hear the log again from its beginning"
                                .formatted(count, file(key), found));
            }
        });
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private Path file(ByteString keyId) {
        return directory.resolve(HexFormat.of().formatHex(keyId.toByteArray()));
    }

    private Set<Hash> of(ByteString keyId) {
        return erased.getOrDefault(keyId, Set.of());
    }

    /** Whole records. What a crash left of more is overwritten by the next, since whatever was to be kept is heard again. */
    private static Set<Hash> read(Path file) throws IOException {
        Set<Hash> hashes = new HashSet<>();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        while (bytes.remaining() >= RECORD_BYTES) {
            Hash hash = new Hash(bytes.getLong(), bytes.getLong());
            if (bytes.getInt() != checksum(hash)) {
                break;
            }
            hashes.add(hash);
        }
        return hashes;
    }

    private static int checksum(Hash hash) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(HASH_BYTES)
                .putLong(hash.high())
                .putLong(hash.low())
                .flip());
        return (int) crc.getValue();
    }

    private static Hash hash(ByteString share) {
        ByteBuffer hash = ByteBuffer.wrap(
                Sha512.of("beacon/erased-wrap/v1").field(share.toByteArray()).digest(HASH_BYTES));
        return new Hash(hash.getLong(), hash.getLong());
    }

    synchronized boolean contains(ByteString keyId, ByteString share) {
        Set<Hash> known = of(keyId);
        return !known.isEmpty() && known.contains(hash(share));
    }

    /** On disk when this returns. Those that are known already, or of a key that is gone, are passed over. */
    synchronized void add(ByteString keyId, Collection<ByteString> shares) {
        if (forgotten.contains(keyId)) {
            return;
        }
        Set<Hash> known = of(keyId);
        List<Hash> fresh = shares.stream()
                .map(ErasedWraps::hash)
                .filter(hash -> !known.contains(hash))
                .distinct()
                .toList();
        if (fresh.isEmpty()) {
            return;
        }
        ByteBuffer records = ByteBuffer.allocate(fresh.size() * RECORD_BYTES);
        fresh.forEach(hash -> records.putLong(hash.high()).putLong(hash.low()).putInt(checksum(hash)));
        try {
            append(keyId, records.flip());
        } catch (IOException failed) {
            throw new CustodianException("expected to write " + file(keyId), failed);
        }
        erased.computeIfAbsent(keyId, key -> new HashSet<>()).addAll(fresh);
    }

    private void append(ByteString keyId, ByteBuffer records) throws IOException {
        boolean first = !erased.containsKey(keyId);
        Files.createDirectories(directory);
        try (FileChannel channel = FileChannel.open(file(keyId), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // After a crash, or a write that failed half-way, there may be more in the file than is known.
            channel.truncate((long) of(keyId).size() * RECORD_BYTES);
            channel.position(channel.size());
            while (records.hasRemaining()) {
                channel.write(records);
            }
            channel.force(true);
        }
        if (first) {
            StateFiles.sync(directory);
            StateFiles.sync(directory.resolveSibling("."));
        }
    }

    /** A key that is gone opens nothing anyway. */
    synchronized void forget(ByteString keyId) {
        forgotten.add(keyId);
        erased.remove(keyId);
    }

    /** Deletes the files of keys that are gone: when no {@link #counts} from before is what a start goes by. */
    synchronized void tidy() {
        for (ByteString keyId : forgotten) {
            try {
                Files.deleteIfExists(file(keyId));
            } catch (IOException failed) {
                throw new CustodianException("expected to delete " + file(keyId), failed);
            }
        }
    }

    /** How many there are of each key. */
    synchronized SortedMap<ByteString, Integer> counts() {
        SortedMap<ByteString, Integer> counts = HeardFile.map();
        erased.forEach((key, wraps) -> counts.put(key, wraps.size()));
        return counts;
    }
}
