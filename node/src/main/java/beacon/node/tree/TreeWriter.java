package beacon.node.tree;

import beacon.node.tree.TreeException.Reason;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes a directory as an archive: the same directory always gives the same bytes, whoever owns it and in whatever order
 * its disk lists it. Keeps permissions, times of change (to 100 ns) and links. Needs the memory of a buffer, and of the names in the
 * directories from the root to where it is. Belongs to one thread.
 */
public final class TreeWriter {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path root;
    private final Predicate<Path> left;
    private final OutputStream gathered;
    private final TarArchiveOutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private TreeTally tally = TreeTally.NOTHING;

    private TreeWriter(Path root, Predicate<Path> left, OutputStream target) {
        this.root = root;
        this.left = left;
        // The archive comes in pieces of 512 bytes.
        this.gathered = new BufferedOutputStream(target, BUFFER_BYTES);
        this.out = new TarArchiveOutputStream(gathered, StandardCharsets.UTF_8.name());
        out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        out.setAddPaxHeadersForNonAsciiNames(true);
    }

    /**
     * Writes a directory.
     *
     * @param left what is left out, with all that is in it; paths begin with {@code root}
     * @throws TreeException when something in it cannot be kept
     * @throws SourceChangedException when it changes meanwhile
     */
    public static TreeTally write(Path root, Predicate<Path> left, OutputStream target) throws IOException {
        TreeWriter writer = new TreeWriter(root, left, target);
        try {
            writer.directory(root, "", attributes(root));
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new SourceChangedException(
                    "expected %s to stay as it is while it is read, but found it gone".formatted(e.getFile()));
        }
        // Not closed: whoever gave the target has more to do with it.
        writer.out.finish();
        writer.gathered.flush();
        return writer.tally;
    }

    private static PosixFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** As deep as a path may be long, so that the stack suffices. */
    private void directory(Path directory, String path, PosixFileAttributes attributes) throws IOException {
        out.putArchiveEntry(entry(path.isEmpty() ? "./" : path + '/', TarConstants.LF_DIR, attributes));
        out.closeArchiveEntry();
        tally = tally.plusDirectory();
        for (String name : names(directory)) {
            Path child = directory.resolve(name);
            if (!left.test(child)) {
                entry(child, path.isEmpty() ? name : path + '/' + name);
            }
        }
    }

    private static List<String> names(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            children.forEach(child -> names.add(String.valueOf(child.getFileName())));
        }
        names.sort(TreePaths.ORDER);
        return names;
    }

    private void entry(Path file, String path) throws IOException {
        TreePaths.requireInside(path);
        PosixFileAttributes attributes = attributes(file);
        if (attributes.isDirectory()) {
            directory(file, path, attributes);
        } else if (attributes.isSymbolicLink()) {
            link(file, path, attributes);
        } else if (attributes.isRegularFile()) {
            file(file, path, attributes);
        } else {
            throw new TreeException(
                    Reason.NOT_KEPT,
                    "expected files, directories and links, but found %s of another kind"
                            .formatted(TreePaths.printable(root.relativize(file).toString())));
        }
    }

    /** Without owner: it has no meaning elsewhere. */
    private static TarArchiveEntry entry(String path, byte kind, PosixFileAttributes attributes) {
        TarArchiveEntry entry = new TarArchiveEntry(path, kind);
        entry.setMode(Modes.bits(attributes.permissions()));
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setLastModifiedTime(attributes.lastModifiedTime());
        return entry;
    }

    private void link(Path file, String path, PosixFileAttributes attributes) throws IOException {
        String target = Files.readSymbolicLink(file).toString();
        TreePaths.requireInside(path, path.split("/", -1).length - 1, target);
        TarArchiveEntry entry = entry(path, TarConstants.LF_SYMLINK, attributes);
        entry.setLinkName(target);
        // Not every system lets the time of a link be set again.
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        out.putArchiveEntry(entry);
        out.closeArchiveEntry();
        tally = tally.plusLink();
    }

    private void file(Path file, String path, PosixFileAttributes attributes) throws IOException {
        TarArchiveEntry entry = entry(path, TarConstants.LF_NORMAL, attributes);
        entry.setSize(attributes.size());
        out.putArchiveEntry(entry);
        long rest = attributes.size();
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                rest -= count;
                if (rest < 0) {
                    break;
                }
                out.write(buffer, 0, count);
            }
        }
        if (rest != 0 || !attributes(file).lastModifiedTime().equals(attributes.lastModifiedTime())) {
            throw new SourceChangedException("expected %s to stay as it is while it is read, but found it changed"
                    .formatted(TreePaths.printable(root.relativize(file).toString())));
        }
        out.closeArchiveEntry();
        tally = tally.plusFile(attributes.size());
    }
}
