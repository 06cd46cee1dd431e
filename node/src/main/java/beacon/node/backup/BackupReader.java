package beacon.node.backup;

import beacon.proto.v1.ExportChunk;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Reads a backup, chunk after chunk; what it hands out has passed its hash. */
public final class BackupReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Path file;
    private final MessageDigest total = BackupFormat.sha256();
    private final MessageDigest record = BackupFormat.sha256();
    private final DigestInputStream hashed;
    private final DataInputStream in;
    private long records;
    private @Nullable String sha256;

    private BackupReader(Path file) throws IOException {
        this.file = file;
        this.hashed = new DigestInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES), total);
        this.in = new DataInputStream(hashed);
    }

    /**
     * Opens a backup.
     *
     * @throws BackupException when the file is none
     */
    public static BackupReader open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new BackupException("expected a backup at " + file + ", but found no file");
        }
        BackupReader reader = new BackupReader(file);
        byte[] magic = reader.bytes(BackupFormat.MAGIC.length);
        if (!Arrays.equals(magic, BackupFormat.MAGIC)) {
            reader.close();
            throw new BackupException("expected a backup at " + file + ", but found another kind of file");
        }
        return reader;
    }

    /**
     * The next chunk, or null at the end.
     *
     * @throws BackupException at the first byte that is not as it was written
     */
    public @Nullable ExportChunk next() throws IOException {
        int length = readInt();
        if (length == 0) {
            end();
            return null;
        }
        if (length < 0 || length > BackupFormat.MAX_RECORD_BYTES) {
            throw damaged("a length from 1 to " + BackupFormat.MAX_RECORD_BYTES, length);
        }
        byte[] hash = bytes(BackupFormat.HASH_BYTES);
        byte[] content = bytes(length);
        if (!Arrays.equals(hash, record.digest(content))) {
            throw damaged("SHA-256 " + HexFormat.of().formatHex(hash), "other content");
        }
        records++;
        try {
            return ExportChunk.parseFrom(content);
        } catch (InvalidProtocolBufferException e) {
            throw new BackupException("expected an export chunk as record " + records + " of " + file, e);
        }
    }

    /** Total SHA-256, once {@link #next} has returned null. */
    public String sha256() {
        if (sha256 == null) {
            throw new IllegalStateException("the end was not read yet");
        }
        return sha256;
    }

    private void end() throws IOException {
        long count = readLong();
        if (count != records) {
            throw damaged(count + " records", records);
        }
        byte[] computed = total.digest();
        hashed.on(false);
        byte[] stated = bytes(BackupFormat.HASH_BYTES);
        if (!Arrays.equals(stated, computed)) {
            throw damaged(
                    "total SHA-256 " + HexFormat.of().formatHex(stated),
                    HexFormat.of().formatHex(computed));
        }
        if (in.read() >= 0) {
            throw damaged("the end of the file", "more bytes");
        }
        sha256 = HexFormat.of().formatHex(stated);
    }

    private int readInt() throws IOException {
        try {
            return in.readInt();
        } catch (EOFException e) {
            throw cut(e);
        }
    }

    private long readLong() throws IOException {
        try {
            return in.readLong();
        } catch (EOFException e) {
            throw cut(e);
        }
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw cut(null);
        }
        return bytes;
    }

    private BackupException cut(@Nullable Throwable cause) {
        String message = "expected more after record " + records + " of " + file + ", but found the end: it was cut";
        return cause == null ? new BackupException(message) : new BackupException(message, cause);
    }

    private BackupException damaged(String expected, Object found) {
        return new BackupException(
                "expected " + expected + " after record " + records + " of " + file + ", but found " + found);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
