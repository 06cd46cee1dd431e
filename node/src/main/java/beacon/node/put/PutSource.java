package beacon.node.put;

import beacon.dht.artifact.Manifest;
import beacon.node.tree.SourceChangedException;
import beacon.node.tree.TreeTally;
import beacon.node.tree.TreeWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** What is put. */
public interface PutSource {
    int BUFFER_BYTES = 1 << 20;

    /**
     * Writes all of it.
     *
     * @throws SourceChangedException when it changed meanwhile: then what was written is nothing that ever was
     */
    void copyTo(OutputStream target) throws IOException;

    /** What its bytes are, as a manifest says it. */
    String content();

    /** Where it is; empty when it cannot be read again, so that a put of it cannot be continued. */
    Optional<Path> place();

    /** Bytes that {@link #copyTo} will write; negative when that is not known. */
    long sizeBytes();

    /** What was in it, after {@link #copyTo}; empty when it is no directory. */
    Optional<TreeTally> tally();

    /** A stream, read once. */
    static PutSource stream(InputStream in) {
        return new PutSource() {
            @Override
            public void copyTo(OutputStream target) throws IOException {
                copy(in, target);
            }

            @Override
            public String content() {
                return Manifest.BYTES;
            }

            @Override
            public Optional<Path> place() {
                return Optional.empty();
            }

            @Override
            public long sizeBytes() {
                return -1;
            }

            @Override
            public Optional<TreeTally> tally() {
                return Optional.empty();
            }
        };
    }

    /**
     * A file or a directory.
     *
     * @param left what of a directory is left out
     */
    static PutSource at(Path place, Predicate<Path> left) throws IOException {
        Path real;
        try {
            real = place.toRealPath();
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(
                    place.toString(), null, "expected a file or a directory to put, but found none");
        }
        return Files.isDirectory(real) ? new Tree(real, left) : new File(real);
    }

    private static void copy(InputStream in, OutputStream target) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            target.write(buffer, 0, count);
        }
    }

    /** A file. */
    record File(Path file) implements PutSource {
        @Override
        public void copyTo(OutputStream target) throws IOException {
            try (InputStream in = Files.newInputStream(file)) {
                BasicFileAttributes before = attributes();
                copy(in, target);
                BasicFileAttributes after = attributes();
                boolean same = before.size() == after.size()
                        && before.lastModifiedTime().equals(after.lastModifiedTime())
                        && Objects.equals(before.fileKey(), after.fileKey());
                if (!same) {
                    throw new SourceChangedException(
                            "expected %s to stay as it is until it is put, but found it changed".formatted(file));
                }
            }
        }

        private BasicFileAttributes attributes() throws IOException {
            try {
                return Files.readAttributes(file, BasicFileAttributes.class);
            } catch (NoSuchFileException e) {
                throw new SourceChangedException(
                        "expected %s to stay as it is until it is put, but found it gone".formatted(file));
            }
        }

        @Override
        public String content() {
            return Manifest.BYTES;
        }

        @Override
        public Optional<Path> place() {
            return Optional.of(file);
        }

        @Override
        public long sizeBytes() {
            return file.toFile().length();
        }

        @Override
        public Optional<TreeTally> tally() {
            return Optional.empty();
        }
    }

    /** A directory. */
    final class Tree implements PutSource {
        private final Path root;
        private final Predicate<Path> left;
        private Optional<TreeTally> tally = Optional.empty();

        Tree(Path root, Predicate<Path> left) {
            this.root = root;
            this.left = left;
        }

        @Override
        public void copyTo(OutputStream target) throws IOException {
            tally = Optional.of(TreeWriter.write(root, left, target));
        }

        @Override
        public String content() {
            return Manifest.TREE;
        }

        @Override
        public Optional<Path> place() {
            return Optional.of(root);
        }

        @Override
        public long sizeBytes() {
            return -1;
        }

        @Override
        public Optional<TreeTally> tally() {
            return tally;
        }
    }
}
