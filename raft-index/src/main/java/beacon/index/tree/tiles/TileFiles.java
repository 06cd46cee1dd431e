package beacon.index.tree.tiles;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The files below the folder of one log. A file appears whole or not at all: it is written beside and moved into place.
 * Safe for use by several threads.
 */
final class TileFiles {
    private static final String UNFINISHED = ".unfinished";

    private final Path root;
    private final boolean sync;
    private final AtomicLong unfinished;

    private TileFiles(Path root, boolean sync, AtomicLong unfinished) {
        this.root = root;
        this.sync = sync;
        this.unfinished = unfinished;
    }

    /**
     * Opens the folder, which is made when missing, and drops what a crash left unfinished.
     * Open a folder once; the files need no sync, because tiles are verified when read and can be made again.
     */
    static TileFiles open(Path root) {
        try {
            Path folder = Files.createDirectories(root.resolve(UNFINISHED));
            for (Path left : list(folder)) {
                Files.delete(left);
            }
        } catch (IOException e) {
            throw new TileException.Failed("expected a writable folder for tiles at " + root, e);
        }
        return new TileFiles(root, false, new AtomicLong());
    }

    /** The same files; each one is on stable storage before it gets its name. */
    TileFiles synced() {
        return new TileFiles(root, true, unfinished);
    }

    /**
     * The bytes of a file; empty when there is none or it is larger than the limit.
     *
     * @throws TileException.Failed when it cannot be read
     */
    Optional<byte[]> read(String path, int maxBytes) {
        try (FileChannel file = FileChannel.open(root.resolve(path), StandardOpenOption.READ)) {
            if (file.size() > maxBytes) {
                return Optional.empty();
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            while (bytes.hasRemaining() && file.read(bytes) >= 0) {
                // Until the end of the file.
            }
            return Optional.of(Arrays.copyOf(bytes.array(), bytes.position()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new TileException.Failed("expected to read " + path, e);
        }
    }

    /**
     * Makes or replaces a file; leaves one that has these bytes alone.
     *
     * @throws TileException.Failed when it cannot be written; the old file, if any, is still there
     */
    void write(String path, byte[] bytes) {
        if (holds(path, bytes)) {
            return;
        }
        Path target = root.resolve(path);
        Path temporary = root.resolve(UNFINISHED).resolve(Long.toString(unfinished.incrementAndGet()));
        try {
            Files.createDirectories(target.getParent());
            try (FileChannel file =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    file.write(rest);
                }
                if (sync) {
                    file.force(true);
                }
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            discard(temporary, e);
            throw new TileException.Failed("expected to write %d bytes to %s".formatted(bytes.length, path), e);
        }
    }

    private boolean holds(String path, byte[] bytes) {
        try {
            return read(path, bytes.length)
                    .filter(old -> Arrays.equals(old, bytes))
                    .isPresent();
        } catch (TileException.Failed e) {
            return false;
        }
    }

    /** Removes a folder of partial tiles and what is in it, if it is there. */
    void removePartials(String folder) {
        try {
            for (Path file : list(root.resolve(folder))) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(root.resolve(folder));
        } catch (IOException e) {
            throw new TileException.Failed("expected to remove " + folder, e);
        }
    }

    /** Removes the narrowest partial tiles of a folder until the rest takes at most the given bytes. */
    void limitPartials(String folder, long maxBytes) {
        try {
            List<Path> widestFirst = list(root.resolve(folder)).stream()
                    .sorted((a, b) -> Integer.compare(width(b), width(a)))
                    .toList();
            long bytes = 0;
            for (Path file : widestFirst) {
                bytes += Files.size(file);
                if (bytes > maxBytes && !file.equals(widestFirst.get(0))) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new TileException.Failed("expected to tidy " + folder, e);
        }
    }

    private static int width(Path file) {
        return Integer.parseInt(file.getFileName().toString());
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
    }

    private static void discard(Path temporary, IOException cause) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
