package beacon.views;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The committed state of one view at one moment. Close it. */
public final class ViewSnapshot implements StateReader, AutoCloseable {
    private final byte[] prefix;
    private final KeyValues.Reader reader;
    private final Checkpoint checkpoint;

    ViewSnapshot(byte[] prefix, KeyValues.Reader reader, Checkpoint checkpoint) {
        this.prefix = prefix;
        this.reader = reader;
        this.checkpoint = checkpoint;
    }

    /** Where in the log this moment is. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return reader.get(Keys.of(prefix, key));
    }

    @Override
    public List<byte @Nullable []> getAll(List<byte[]> keys) {
        return reader.getAll(keys.stream().map(key -> Keys.of(prefix, key)).toList());
    }

    @Override
    public void scan(byte[] from, byte[] to, BiPredicate<byte[], byte[]> visitor) {
        reader.scan(
                Keys.of(prefix, from),
                Keys.of(prefix, to),
                (key, value) -> visitor.test(Arrays.copyOfRange(key, prefix.length, key.length), value));
    }

    @Override
    public void close() {
        reader.close();
    }
}
