package beacon.node.tree;

import beacon.node.tree.TreeException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Makes a directory of the archive that {@link TreeWriter} wrote. Takes that one form only: each directory is followed by
 * what is in it, in the order of the names. So no name comes twice, nothing is written through a link, and nothing has to be
 * remembered but the directories that are open. Belongs to one thread.
 */
public final class TreeReader {
    private static final int BUFFER_BYTES = 1 << 16;
    /** Of the headers of one entry: two long paths and what else pax says. */
    private static final int MAX_HEADER_BYTES = 64 << 10;
    /** Of zeros after the last entry. */
    private static final int MAX_END_BYTES = 64 << 10;

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private final BoundedHeaders bounded;
    private final TarArchiveInputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Deque<Open> open = new ArrayDeque<>();
    private TreeTally tally = TreeTally.NOTHING;

    /** A directory that more may follow for. */
    private static final class Open {
        private final Path place;
        private final String path;
        private final TarArchiveEntry entry;
        private String last = "";

        Open(Path place, String path, TarArchiveEntry entry) {
            this.place = place;
            this.path = path;
            this.entry = entry;
        }

        /** Whether it is, or is above, the directory with a path. */
        boolean isAt(String directory) {
            return path.isEmpty() || directory.equals(path) || directory.startsWith(path + '/');
        }
    }

    private TreeReader(InputStream source) {
        this.bounded = new BoundedHeaders(source);
        this.in = new TarArchiveInputStream(bounded, StandardCharsets.UTF_8.name());
    }

    /**
     * Makes a directory. What fails leaves a part of it.
     *
     * @param source read to its end
     * @param root is not there yet; nobody else writes to where it will be
     * @throws TreeException when the archive has not the form, or names a place that is not inside
     */
    public static TreeTally read(InputStream source, Path root) throws IOException {
        TreeReader reader = new TreeReader(source);
        for (TarArchiveEntry entry = reader.next(); entry != null; entry = reader.next()) {
            reader.take(root, entry);
        }
        if (reader.open.isEmpty()) {
            throw malformed("a directory", "nothing");
        }
        while (!reader.open.isEmpty()) {
            reader.close(reader.open.pop());
        }
        reader.requireEnd(source);
        return reader.tally;
    }

    private @Nullable TarArchiveEntry next() throws IOException {
        bounded.allow(MAX_HEADER_BYTES);
        try {
            return in.getNextEntry();
        } catch (IllegalArgumentException e) {
            throw malformed("an entry of an archive", "none: " + e.getMessage());
        } finally {
            bounded.allow(Long.MAX_VALUE);
        }
    }

    private void requireEnd(InputStream source) throws IOException {
        int total = 0;
        for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
            total += count;
            if (total > MAX_END_BYTES) {
                throw malformed("the end of the archive", "more bytes");
            }
        }
    }

    private static TreeException malformed(String expected, String found) {
        return new TreeException(Reason.NOT_A_TREE, "expected %s, but found %s".formatted(expected, found));
    }

    private void take(Path root, TarArchiveEntry entry) throws IOException {
        boolean isDirectory = entry.getLinkFlag() == TarConstants.LF_DIR;
        if (open.isEmpty()) {
            if (!isDirectory || !entry.getName().equals("./")) {
                throw malformed("the directory itself first", TreePaths.printable(entry.getName()));
            }
            directory(root, "", entry);
            return;
        }
        String name = entry.getName();
        String path = isDirectory && name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        TreePaths.requireInside(path);
        int slash = path.lastIndexOf('/');
        Open parent = parent(path, slash < 0 ? "" : path.substring(0, slash));
        String last = path.substring(slash + 1);
        if (TreePaths.ORDER.compare(last, parent.last) <= 0) {
            throw malformed("names in their order", TreePaths.printable(path));
        }
        parent.last = last;
        Path place = resolve(parent.place, last);
        switch (entry.getLinkFlag()) {
            case TarConstants.LF_DIR -> directory(place, path, entry);
            case TarConstants.LF_NORMAL -> file(place, entry);
            case TarConstants.LF_SYMLINK -> link(place, path, entry);
            default -> throw malformed("files, directories and links", TreePaths.printable(path) + " of another kind");
        }
    }

    private static Path resolve(Path directory, String name) {
        try {
            return directory.resolve(name);
        } catch (InvalidPathException e) {
            throw new TreeException(
                    Reason.UNSAFE_PATH,
                    "expected names that this system can have, but found \"%s\"; for other letters set LC_ALL=C.UTF-8"
                            .formatted(TreePaths.printable(name)));
        }
    }

    private Open parent(String path, String directory) throws IOException {
        while (!open.element().isAt(directory)) {
            close(open.pop());
        }
        Open parent = open.element();
        if (!parent.path.equals(directory)) {
            throw malformed("each directory before what is in it", TreePaths.printable(path));
        }
        return parent;
    }

    private void directory(Path place, String path, TarArchiveEntry entry) throws IOException {
        Files.createDirectory(place, PosixFilePermissions.asFileAttribute(PRIVATE));
        open.push(new Open(place, path, entry));
        tally = tally.plusDirectory();
    }

    /** Only now: a directory that may not be written to could not be filled, and filling it changes its time. */
    private void close(Open directory) throws IOException {
        finish(directory.place, directory.entry);
    }

    private static void finish(Path place, TarArchiveEntry entry) throws IOException {
        Files.setLastModifiedTime(place, entry.getLastModifiedTime());
        Files.setPosixFilePermissions(place, Modes.permissions(entry.getMode()));
    }

    private void file(Path place, TarArchiveEntry entry) throws IOException {
        long rest = entry.getSize();
        try (OutputStream out = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                rest -= count;
            }
        }
        if (rest != 0) {
            throw malformed("a file of %d bytes".formatted(entry.getSize()), "%d fewer".formatted(rest));
        }
        finish(place, entry);
        tally = tally.plusFile(entry.getSize());
    }

    private void link(Path place, String path, TarArchiveEntry entry) throws IOException {
        TreePaths.requireInside(path, open.size() - 1, entry.getLinkName());
        Files.createSymbolicLink(place, resolve(Path.of(""), entry.getLinkName()));
        tally = tally.plusLink();
    }
}
