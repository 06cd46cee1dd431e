package beacon.dht.node;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small files of a node, each written whole: beside, fsynced, renamed, the folder fsynced. A crash leaves the old one or
 * the new one. Four bytes at the end are the CRC-32C of the rest; a file that does not fit it is moved aside, and the
 * node starts without it.
 */
public final class DhtFiles implements DhtStore {
    private static final Logger LOG = LoggerFactory.getLogger(DhtFiles.class);
    private static final int CHECKSUM_BYTES = Integer.BYTES;
    /** Far above what the limits of a node let it write. */
    private static final long MAX_FILE_BYTES = 1L << 30;

    private static final FileAttribute<Set<java.nio.file.attribute.PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;

    /**
     * The files in a folder, which is made when it is not there.
     *
     * @throws UncheckedIOException when that cannot be done
     */
    public DhtFiles(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to make the folder " + folder + ", but could not", e);
        }
    }

    /**
     * What was written last under a name; empty when there is nothing, or nothing that is whole.
     *
     * @throws UncheckedIOException when the file is there but cannot be read
     */
    @Override
    public Optional<ByteString> read(String name) {
        Path file = folder.resolve(name);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            if (Files.size(file) <= MAX_FILE_BYTES) {
                ByteString all = ByteString.copyFrom(Files.readAllBytes(file));
                int end = all.size() - CHECKSUM_BYTES;
                if (end >= 0 && checksum(all.substring(0, end)).equals(all.substring(end))) {
                    return Optional.of(all.substring(0, end));
                }
            }
            setAside(name);
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read " + file + ", but could not", e);
        }
    }

    /** Moves a damaged file out of the way, so that it can be looked at. */
    @Override
    public void setAside(String name) {
        Path aside = folder.resolve(name + ".damaged");
        LOG.warn("event=dht_file_damaged file={} moved_to={}", folder.resolve(name), aside);
        try {
            Files.move(folder.resolve(name), aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to move a damaged file to " + aside + ", but could not", e);
        }
    }

    /**
     * Replaces what is under a name. One writer at a time.
     *
     * @throws UncheckedIOException when it could not be written; what was there before stays
     */
    @Override
    public void write(String name, ByteString content) {
        Path file = folder.resolve(name);
        Path beside = folder.resolve(name + ".new");
        try {
            Files.deleteIfExists(beside);
            try (FileChannel channel = FileChannel.open(
                    beside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
                for (ByteBuffer part : content.concat(checksum(content)).asReadOnlyByteBufferList()) {
                    while (part.hasRemaining()) {
                        channel.write(part);
                    }
                }
                channel.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write " + file + ", but could not", e);
        }
    }

    private static ByteString checksum(ByteString content) {
        CRC32C crc = new CRC32C();
        content.asReadOnlyByteBufferList().forEach(crc::update);
        return ByteString.copyFrom(
                ByteBuffer.allocate(CHECKSUM_BYTES).putInt((int) crc.getValue()).flip());
    }
}
