package beacon.keys.fragments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Files that are either the old or the new ones after any crash: written beside, synced, renamed, directory synced.
 * Owner-only where the file system knows owners. Holds the lock of the directory.
 */
final class StoreFiles implements AutoCloseable {
    private static final String TEMPORARY = ".tmp";

    private final Path directory;
    private final FileChannel lockChannel;
    private final AtomicLong temporaries = new AtomicLong();

    private StoreFiles(Path directory, FileChannel lockChannel) {
        this.directory = directory;
        this.lockChannel = lockChannel;
    }

    static StoreFiles lock(Path directory) {
        try {
            Files.createDirectories(directory, ownerOnly(directory.toAbsolutePath(), "rwx------"));
            FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new FragmentStoreException.Locked(directory);
            }
            StoreFiles files = new StoreFiles(directory, channel);
            files.removeTemporaries();
            return files;
        } catch (IOException failed) {
            throw new FragmentStoreException.Failed("expected to lock " + directory, failed);
        }
    }

    @Nullable
    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            return null;
        }
    }

    Optional<byte[]> read(String name) throws IOException {
        Path file = directory.resolve(name);
        return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    void write(String name, byte[] content) throws IOException {
        Path temporary = directory.resolve(name + "." + temporaries.incrementAndGet() + TEMPORARY);
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(temporary, options, ownerOnly(directory, "rw-------"))) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        syncDirectory();
    }

    void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
        syncDirectory();
    }

    /** Names that start with the prefix. */
    List<String> list(String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, prefix + "*")) {
            found.forEach(file -> names.add(file.getFileName().toString()));
        }
        return names;
    }

    private void removeTemporaries() throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, "*" + TEMPORARY)) {
            for (Path leftover : leftovers) {
                Files.delete(leftover);
            }
        }
    }

    private void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path directory, String permissions) {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
    }

    @Override
    public void close() {
        try {
            lockChannel.close();
        } catch (IOException failed) {
            throw new FragmentStoreException.Failed("expected to unlock " + directory, failed);
        }
    }
}
