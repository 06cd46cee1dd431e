package beacon.sim.disk;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One disk. Content of a file is on it once the file was synced, and names in a directory once the directory was. After a
 * loss of power a file has its synced content or what was written last, and a directory any of its states since its last
 * sync; which ones, chance says. Not thread-safe.
 */
public final class MemoryDisk {
    private final MemoryFileSystem fileSystem = new MemoryFileSystem(this);
    private final TreeMap<String, Directory> directories = new TreeMap<>();
    private Predicate<String> unsynced = path -> false;
    private boolean off;
    private long changesLeft = Long.MAX_VALUE;

    public MemoryDisk() {
        directories.put("/", new Directory());
    }

    /** A file, whatever its names are. */
    static final class Content {
        byte[] now = new byte[0];
        byte[] synced = new byte[0];
    }

    /** Files of a directory, and all states that the disk may have after a loss of power. */
    private static final class Directory {
        TreeMap<String, Content> now = new TreeMap<>();
        List<TreeMap<String, Content>> possible = new ArrayList<>(List.of(new TreeMap<>()));

        void changed() {
            possible.add(new TreeMap<>(now));
        }

        void sync() {
            possible = new ArrayList<>(List.of(new TreeMap<>(now)));
        }
    }

    public Path path(String absolute) {
        return new MemoryPath(fileSystem, absolute);
    }

    /** Syncing what is below such a path does nothing: a disk, or a program, that lies. */
    public void ignoreSync(Predicate<String> which) {
        unsynced = which;
    }

    /** The power goes before the change after so many others; whoever makes it sees {@link PowerLoss}. */
    public void failAfter(long changes) {
        changesLeft = changes;
    }

    /** The power goes now; until {@link #powerOn} the disk does nothing. */
    public void powerOff(SplittableRandom chance) {
        off = true;
        for (Directory directory : directories.values()) {
            directory.now = directory.possible.get(chance.nextInt(directory.possible.size()));
            directory.sync();
            for (Content content : directory.now.values()) {
                if (content.now != content.synced && chance.nextBoolean()) {
                    content.now = content.synced;
                }
                content.synced = content.now;
            }
        }
    }

    public void powerOn() {
        off = false;
        changesLeft = Long.MAX_VALUE;
    }

    /** What somebody who takes the disk has: all that is on it now. */
    public MemoryDisk copy() {
        MemoryDisk copy = new MemoryDisk();
        for (Map.Entry<String, Directory> entry : directories.entrySet()) {
            Directory directory = new Directory();
            entry.getValue().now.forEach((name, content) -> {
                Content same = new Content();
                same.now = content.now;
                same.synced = content.now;
                directory.now.put(name, same);
            });
            directory.sync();
            copy.directories.put(entry.getKey(), directory);
        }
        return copy;
    }

    private void expectPower() {
        if (off) {
            throw new PowerLoss();
        }
    }

    private void change() {
        expectPower();
        if (changesLeft-- <= 0) {
            off = true;
            throw new PowerLoss();
        }
    }

    boolean isDirectory(MemoryPath path) {
        expectPower();
        return directories.containsKey(path.absolute());
    }

    boolean exists(MemoryPath path) {
        return isDirectory(path) || find(path) != null;
    }

    @Nullable
    Content find(MemoryPath path) {
        expectPower();
        Directory directory = directories.get(path.directory());
        return directory == null ? null : directory.now.get(path.name());
    }

    private Directory directory(MemoryPath of) throws IOException {
        Directory directory = directories.get(of.directory());
        if (directory == null) {
            throw new NoSuchFileException(of.toString());
        }
        return directory;
    }

    Content create(MemoryPath path) throws IOException {
        change();
        Directory directory = directory(path);
        Content content = new Content();
        directory.now.put(path.name(), content);
        directory.changed();
        return content;
    }

    void write(Content content, byte[] bytes) {
        change();
        content.now = bytes;
    }

    void sync(MemoryPath path, @Nullable Content content) {
        change();
        if (unsynced.test(path.absolute())) {
            return;
        }
        Directory directory = directories.get(path.absolute());
        if (content != null) {
            content.synced = content.now;
        } else if (directory != null) {
            directory.sync();
        }
    }

    void makeDirectory(MemoryPath path) throws IOException {
        change();
        if (exists(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (!directories.containsKey(path.directory())) {
            throw new NoSuchFileException(path.directory());
        }
        directories.put(path.absolute(), new Directory());
    }

    void move(MemoryPath from, MemoryPath to) throws IOException {
        change();
        Directory source = directory(from);
        Directory target = directory(to);
        Content content = source.now.remove(from.name());
        if (content == null || source != target) {
            throw new NoSuchFileException(from.toString());
        }
        target.now.put(to.name(), content);
        target.changed();
    }

    void delete(MemoryPath path) throws IOException {
        change();
        if (directories.containsKey(path.absolute())) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        Directory directory = directories.get(path.directory());
        if (directory == null || directory.now.remove(path.name()) == null) {
            throw new NoSuchFileException(path.toString());
        }
        directory.changed();
    }

    /** Names of the files in a directory, in order. */
    List<String> list(MemoryPath path) throws IOException {
        expectPower();
        Directory directory = directories.get(path.absolute());
        if (directory == null) {
            throw new NoSuchFileException(path.toString());
        }
        return List.copyOf(directory.now.keySet());
    }
}
