package beacon.node.artifacts;

import beacon.dht.erasure.StripeLayout;
import beacon.keys.envelope.PayloadSource;
import beacon.node.artifacts.ArtifactReader.StripeAt;
import com.google.protobuf.ByteString;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Any place of a payload. Only the cells in which wanted bytes lie are fetched; where one cannot be had soon, its whole
 * stripe is. Keeps the latest cell or stripe. Belongs to one thread.
 */
public final class RangeSource implements PayloadSource {
    private static final long CELL_MILLIS = 1_500;

    private final ArtifactReader reader;
    private @Nullable Run kept;

    /** Bytes that lie in the payload from a position on. */
    private record Run(long start, ByteString bytes) {
        boolean has(long position) {
            return position >= start && position < start + bytes.size();
        }
    }

    public RangeSource(ArtifactReader reader) {
        this.reader = reader;
    }

    @Override
    public long sizeBytes() {
        return reader.manifest().sealedBytes();
    }

    @Override
    public void read(long position, byte[] target, int offset, int length) {
        int filled = 0;
        while (filled < length) {
            Run run = run(position + filled);
            int skip = (int) (position + filled - run.start());
            int part = Math.min(length - filled, run.bytes().size() - skip);
            run.bytes().substring(skip, skip + part).copyTo(target, offset + filled);
            filled += part;
        }
    }

    private Run run(long position) {
        Run known = kept;
        if (known == null || !known.has(position)) {
            known = fetch(position);
            kept = known;
        }
        return known;
    }

    private Run fetch(long position) {
        StripeAt at = reader.at(position);
        StripeLayout layout = reader.layout(at.group());
        int cell = layout.cellBytes(at.stripe());
        int column = (int) ((position - at.position()) / cell);
        long start = at.position() + (long) column * cell;
        // The last cells of a stripe may hold padding, which is not of the payload.
        int size = (int) Math.min(cell, at.position() + layout.dataBytes(at.stripe()) - start);
        try {
            ByteString bytes = reader.fetchCell(at, column)
                    .orTimeout(CELL_MILLIS, TimeUnit.MILLISECONDS)
                    .join();
            if (bytes.size() == cell) {
                return new Run(start, bytes.substring(0, size));
            }
        } catch (CompletionException elsewhere) {
            // Then from the other columns.
        }
        return new Run(at.position(), reader.fetch(at).join());
    }
}
