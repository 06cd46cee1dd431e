package beacon.sim.disk;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What {@code java.nio.file} sees of a {@link MemoryDisk}. */
final class MemoryFileSystem extends FileSystem {
    private static final String GLOB = "glob:";

    private final MemoryDisk disk;
    private final MemoryProvider provider = new MemoryProvider();

    MemoryFileSystem(MemoryDisk disk) {
        this.disk = disk;
    }

    MemoryDisk disk() {
        return disk;
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("a simulated disk stays");
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(disk.path("/"));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public Path getPath(String first, String... more) {
        return new MemoryPath(this, more.length == 0 ? first : first + "/" + String.join("/", more));
    }

    /** Stars only. */
    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        if (!syntaxAndPattern.startsWith(GLOB)) {
            throw new UnsupportedOperationException("expected a glob, but found " + syntaxAndPattern);
        }
        String stars = syntaxAndPattern.substring(GLOB.length()).replace("*", "\\E.*\\Q");
        Pattern pattern = Pattern.compile("\\Q" + stars + "\\E");
        return path -> pattern.matcher(path.toString()).matches();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("a simulated disk knows no owners");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("nobody watches a simulated disk");
    }
}
