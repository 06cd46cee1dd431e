package beacon.dht.wire;

import com.google.protobuf.ByteString;

/** A cursor over bytes that never reads past their end. */
public final class ByteReader {
    private final ByteString bytes;
    private int position;

    public ByteReader(ByteString bytes) {
        this.bytes = bytes;
    }

    public boolean hasMore() {
        return position < bytes.size();
    }

    public int remaining() {
        return bytes.size() - position;
    }

    public int position() {
        return position;
    }

    /** The next byte.
     *
     * @throws WireException at the end */
    public byte next() {
        if (!hasMore()) {
            throw new WireException("expected another byte, but found the end after " + position);
        }
        return bytes.byteAt(position++);
    }

    /** The next varint.
     *
     * @throws WireException when the varint is cut short, longer than 9 bytes or not the shortest */
    public long varint() {
        Varint.Reader reader = new Varint.Reader(Varint.MAX_BYTES);
        while (!reader.accept(next())) {
            // accept() counts and bounds
        }
        return reader.value();
    }

    /** The next bytes.
     *
     * @throws WireException when fewer bytes are left */
    public ByteString take(long count) {
        if (count < 0 || count > remaining()) {
            throw new WireException("expected %d bytes, but found %d".formatted(count, remaining()));
        }
        ByteString taken = bytes.substring(position, position + (int) count);
        if (2 * count < bytes.size()) {
            // A slice keeps alive all that it was cut from: a record of 40 bytes must not cost its whole message.
            taken = ByteString.copyFrom(taken.toByteArray());
        }
        position += (int) count;
        return taken;
    }

    /** A varint length and that many bytes. */
    public ByteString takePrefixed(int maxBytes) {
        long length = varint();
        if (length > maxBytes) {
            throw new WireException("expected at most %d bytes, but found a length of %d".formatted(maxBytes, length));
        }
        return take(length);
    }
}
