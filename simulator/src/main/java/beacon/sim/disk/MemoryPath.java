package beacon.sim.disk;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A name on a {@link MemoryDisk}; without a dot or a double slash in it. */
record MemoryPath(MemoryFileSystem fileSystem, String text) implements Path {
    private static final String SEPARATOR = "/";

    String absolute() {
        return isAbsolute() ? text : SEPARATOR + text;
    }

    /** The directory that it is in. */
    String directory() {
        int last = absolute().lastIndexOf('/');
        return last <= 0 ? SEPARATOR : absolute().substring(0, last);
    }

    /** Its last part. */
    String name() {
        return absolute().substring(absolute().lastIndexOf('/') + 1);
    }

    private List<String> parts() {
        return List.of(absolute().substring(1).split(SEPARATOR, -1));
    }

    private MemoryPath of(String other) {
        return new MemoryPath(fileSystem, other);
    }

    @Override
    public FileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return text.startsWith(SEPARATOR);
    }

    @Override
    public @Nullable Path getRoot() {
        return isAbsolute() ? of(SEPARATOR) : null;
    }

    @Override
    public Path getFileName() {
        return of(name());
    }

    @Override
    public @Nullable Path getParent() {
        return absolute().equals(SEPARATOR) || !isAbsolute() ? null : of(directory());
    }

    @Override
    public int getNameCount() {
        return absolute().equals(SEPARATOR) ? 0 : parts().size();
    }

    @Override
    public Path getName(int index) {
        return of(parts().get(index));
    }

    @Override
    public Path subpath(int beginIndex, int endIndex) {
        return of(String.join(SEPARATOR, parts().subList(beginIndex, endIndex)));
    }

    @Override
    public boolean startsWith(Path other) {
        return (text + SEPARATOR).startsWith(other + SEPARATOR);
    }

    @Override
    public boolean endsWith(Path other) {
        return (SEPARATOR + text).endsWith(SEPARATOR + other);
    }

    @Override
    public Path normalize() {
        return this;
    }

    @Override
    public Path resolve(Path other) {
        if (other.isAbsolute()) {
            return other;
        }
        return of(text.endsWith(SEPARATOR) ? text + other : text + SEPARATOR + other);
    }

    @Override
    public Path relativize(Path other) {
        String base = text.endsWith(SEPARATOR) ? text : text + SEPARATOR;
        if (!other.toString().startsWith(base)) {
            throw new IllegalArgumentException("expected a path below " + text + ", but found " + other);
        }
        return of(other.toString().substring(base.length()));
    }

    @Override
    public URI toUri() {
        return URI.create("memory:" + absolute());
    }

    @Override
    public Path toAbsolutePath() {
        return of(absolute());
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return toAbsolutePath();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("nobody watches a simulated disk");
    }

    @Override
    public int compareTo(Path other) {
        return text.compareTo(other.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MemoryPath path && path.fileSystem == fileSystem && path.text.equals(text);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
