package beacon.views;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * How far a view has read, and what it holds there.
 *
 * @param version of the view that made the state
 * @param sequence last entry of the log that is in the state
 * @param digest of the state, see {@link ViewDigest}
 */
@SuppressWarnings("ArrayRecordComponent") // Compared as text.
public record Checkpoint(int version, long sequence, byte[] digest) {
    private static final int BYTES = Integer.BYTES + Long.BYTES + ViewDigest.BYTES;

    static Checkpoint start(int version) {
        return new Checkpoint(version, 0, new ViewDigest().bytes());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws ViewException if it is something else
     */
    static Checkpoint decode(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new ViewException(
                    "expected a checkpoint of %d bytes, but found %d: the state of the projections is damaged; remove it, and it is made again from the log"
                            .formatted(BYTES, bytes.length));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int version = in.getInt();
        long sequence = in.getLong();
        byte[] digest = new byte[ViewDigest.BYTES];
        in.get(digest);
        return new Checkpoint(version, sequence, digest);
    }

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putInt(version)
                .putLong(sequence)
                .put(digest)
                .array();
    }

    /** The digest in hexadecimal digits. */
    public String digestText() {
        return HexFormat.of().formatHex(digest);
    }
}
