package beacon.node.backup;

import beacon.proto.v1.ExportChunk;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Writes a backup beside its final name; {@link #finish} puts it there, whole and synced, and never over another file.
 * Closed without that, it leaves nothing.
 */
public final class BackupWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private final MessageDigest total = BackupFormat.sha256();
    private final MessageDigest record = BackupFormat.sha256();
    private final DataOutputStream out;
    private long records;

    private BackupWriter(Path target, Path temporary, FileChannel channel) throws IOException {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
        this.out = new DataOutputStream(new DigestOutputStream(
                new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES), total));
        out.write(BackupFormat.MAGIC);
    }

    /**
     * Begins a backup.
     *
     * @throws BackupException when the file exists
     */
    public static BackupWriter create(Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null || Files.exists(absolute)) {
            throw new BackupException("expected no file at " + target + ", but found one; it is left as it was");
        }
        Path temporary = Files.createTempFile(directory, ".backup", null);
        return new BackupWriter(absolute, temporary, FileChannel.open(temporary, StandardOpenOption.WRITE));
    }

    /** Adds the next chunk of an export. */
    public void add(ExportChunk chunk) throws IOException {
        byte[] content = chunk.toByteArray();
        if (content.length == 0 || content.length > BackupFormat.MAX_RECORD_BYTES) {
            throw new BackupException("expected a chunk of 1 to " + BackupFormat.MAX_RECORD_BYTES + " bytes, but found "
                    + content.length);
        }
        out.writeInt(content.length);
        out.write(record.digest(content));
        out.write(content);
        records++;
    }

    /** Completes the file; its total SHA-256 in hexadecimal is the answer. */
    public String finish() throws IOException {
        out.writeInt(0);
        out.writeLong(records);
        byte[] hash = total.digest();
        out.write(hash);
        out.flush();
        channel.force(true);
        try {
            Files.createLink(target, temporary);
        } catch (FileAlreadyExistsException e) {
            throw new BackupException("expected no file at " + target + ", but found one; it is left as it was", e);
        }
        return HexFormat.of().formatHex(hash);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(temporary);
    }
}
