package beacon.sim.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The calls of {@code java.nio.file} that production code makes; all others are refused. */
final class MemoryProvider extends FileSystemProvider {
    private static MemoryPath own(Path path) {
        if (path instanceof MemoryPath memory) {
            return memory;
        }
        throw new IllegalArgumentException("expected a path of a simulated disk, but found " + path);
    }

    private static MemoryDisk disk(Path path) {
        return own(path).fileSystem().disk();
    }

    private static UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException("a simulated disk does not know this");
    }

    @Override
    public String getScheme() {
        return "memory";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
        throw unsupported();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw unsupported();
    }

    @Override
    public Path getPath(URI uri) {
        throw unsupported();
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        MemoryPath own = own(path);
        MemoryDisk disk = disk(path);
        if (disk.isDirectory(own)) {
            return new MemoryChannel(disk, own, null, false);
        }
        MemoryDisk.Content content = disk.find(own);
        if (content != null && options.contains(StandardOpenOption.CREATE_NEW)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (content == null) {
            boolean creates =
                    options.contains(StandardOpenOption.CREATE) || options.contains(StandardOpenOption.CREATE_NEW);
            if (!creates) {
                throw new NoSuchFileException(path.toString());
            }
            content = disk.create(own);
        }
        if (options.contains(StandardOpenOption.TRUNCATE_EXISTING) && content.now.length > 0) {
            disk.write(content, new byte[0]);
        }
        return new MemoryChannel(disk, own, content, options.contains(StandardOpenOption.APPEND));
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path dir, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        List<Path> found = new ArrayList<>();
        for (String name : disk(dir).list(own(dir))) {
            Path entry = dir.resolve(name);
            if (filter.accept(entry)) {
                found.add(entry);
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return found.iterator();
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    @Override
    public void createDirectory(Path dir, FileAttribute<?>... attributes) throws IOException {
        disk(dir).makeDirectory(own(dir));
    }

    @Override
    public void delete(Path path) throws IOException {
        disk(path).delete(own(path));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw unsupported();
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        disk(source).move(own(source), own(target));
    }

    @Override
    public boolean isSameFile(Path path, Path other) {
        return path.equals(other);
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw unsupported();
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        if (!disk(path).exists(own(path))) {
            throw new NoSuchFileException(path.toString());
        }
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        checkAccess(path);
        MemoryDisk.Content content = disk(path).find(own(path));
        return type.cast(new MemoryAttributes(content == null, content == null ? 0 : content.now.length));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
        throw unsupported();
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw unsupported();
    }
}
