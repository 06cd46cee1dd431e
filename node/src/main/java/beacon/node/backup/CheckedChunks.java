package beacon.node.backup;

import beacon.proto.v1.ExportChunk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The chunks of a backup, each checked before it is handed on. The last call of {@link #hasNext} checks the whole. */
public final class CheckedChunks implements Iterator<ExportChunk> {
    private final BackupReader reader;
    private final BackupCheck check;
    private final Runnable progress;
    private @Nullable ExportChunk next;

    /**
     * Chunks of an open backup.
     *
     * @param progress called after each
     */
    public CheckedChunks(BackupReader reader, BackupCheck check, Runnable progress) {
        this.reader = reader;
        this.check = check;
        this.progress = progress;
        this.next = read();
    }

    private @Nullable ExportChunk read() {
        try {
            ExportChunk chunk = reader.next();
            if (chunk == null) {
                check.finish();
            } else {
                check.add(chunk);
                progress.run();
            }
            return chunk;
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read the backup, but could not", e);
        }
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public ExportChunk next() {
        ExportChunk chunk = next;
        if (chunk == null) {
            throw new NoSuchElementException();
        }
        next = read();
        return chunk;
    }
}
