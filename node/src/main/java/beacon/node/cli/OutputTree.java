package beacon.node.cli;

import beacon.node.tree.TreeReader;
import beacon.node.tree.TreeTally;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A directory that is a result: made beside its place, and put there when it is whole. */
final class OutputTree {
    private OutputTree() {}

    /**
     * Where it is to be.
     *
     * @throws Failure when something is there
     */
    static Path place(Session session, Path out) throws IOException {
        Path place = session.resolve(out).toAbsolutePath().normalize();
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS) && !isEmptyDirectory(place)) {
            throw new Failure(
                    "OUTPUT_EXISTS",
                    "expected --out to name nothing, or an empty directory, but found " + place,
                    "it is a directory that is got: name a new place, or use --archive for the archive",
                    null);
        }
        return place;
    }

    private static boolean isEmptyDirectory(Path place) throws IOException {
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(place)) {
            return !children.iterator().hasNext();
        }
    }

    /** Makes it of an archive that is read to its end. */
    static TreeTally write(InputStream archive, Path place, LongConsumer progress) throws IOException {
        Path fresh = place.resolveSibling("." + place.getFileName() + ".part");
        remove(fresh);
        try {
            TreeTally tally = TreeReader.read(new Counting(archive, progress), fresh);
            // The system puts it in the place of an empty directory, and of nothing else.
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
            return tally;
        } finally {
            remove(fresh);
        }
    }

    private static void remove(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                // A directory that may not be listed: told before it could be made listable.
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
                remove(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static final class Counting extends FilterInputStream {
        private final LongConsumer progress;
        private long total;

        Counting(InputStream in, LongConsumer progress) {
            super(in);
            this.progress = progress;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            total += Math.max(0, count);
            progress.accept(total);
            return count;
        }
    }
}
