package beacon.node.put;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/** The puts that may be continued: a file for each, in a directory beside the key of whoever puts. */
public final class PutStates {
    /** So long may a put be continued. */
    public static final Duration KEPT = Duration.ofDays(7);

    private static final int NAME_BYTES = 16;
    private static final String SUFFIX = ".put";

    private final Path directory;

    public PutStates(Path directory) {
        this.directory = directory;
    }

    /**
     * The put of something under a name, when it was left.
     *
     * @param source where it is
     * @param how other options on which the blocks depend
     * @throws PutState.InUseException when another process is at it
     */
    public Optional<PutState> find(Path source, String address, String how, Instant now) throws IOException {
        removeOld(now);
        return PutState.find(file(source, address, how));
    }

    /** A put that begins. Whatever was kept of an earlier one is forgotten. */
    public PutState begin(Path source, String address, String how, PutState.Terms terms) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = file(source, address, how);
        Files.deleteIfExists(file);
        return PutState.begin(file, terms);
    }

    private Path file(Path source, String address, String how) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {source.toString(), address, how}) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return directory.resolve(HexFormat.of().formatHex(digest.digest(), 0, NAME_BYTES) + SUFFIX);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected a JDK with SHA-256", e);
        }
    }

    /** What was not touched for long: nodes do not keep blocks for ever that nothing refers to. */
    private void removeOld(Instant now) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(KEPT))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    static Path directoryOf(Path file) {
        return Objects.requireNonNull(file.getParent());
    }
}
