package beacon.dht.wire;

/**
 * Unsigned variable-length integers: seven bits a byte, least significant first. At most nine bytes (63 bits), and only
 * the shortest spelling is accepted, so that one value has one encoding.
 */
public final class Varint {
    /** Longest encoding. */
    public static final int MAX_BYTES = 9;

    private Varint() {}

    /** Bytes that the encoding of a value takes. */
    public static int size(long value) {
        requireUnsigned(value);
        return value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
    }

    /** Writes a value and returns the offset after it. */
    public static int write(long value, byte[] into, int offset) {
        requireUnsigned(value);
        long rest = value;
        int at = offset;
        while (rest > 0x7f) {
            into[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[at++] = (byte) rest;
        return at;
    }

    /** The encoding of a value. */
    public static byte[] encode(long value) {
        byte[] bytes = new byte[size(value)];
        write(value, bytes, 0);
        return bytes;
    }

    private static void requireUnsigned(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("expected a value of at most 63 bits, but found " + value);
        }
    }

    /** Collects a varint byte by byte, as it comes from a stream. */
    public static final class Reader {
        private final int maxBytes;
        private long value;
        private int count;

        /** A reader of one varint.
         *
         * @param maxBytes longest encoding accepted, at most {@link #MAX_BYTES} */
        public Reader(int maxBytes) {
            if (maxBytes < 1 || maxBytes > MAX_BYTES) {
                throw new IllegalArgumentException("expected 1 to 9 bytes, but found " + maxBytes);
            }
            this.maxBytes = maxBytes;
        }

        /**
         * Takes the next byte.
         *
         * @return whether the varint is complete
         * @throws WireException when it is longer than allowed or not the shortest spelling
         */
        public boolean accept(byte next) {
            if (count == maxBytes) {
                throw new WireException("expected a varint of at most %d bytes, but found more".formatted(maxBytes));
            }
            if (next == 0 && count > 0) {
                throw new WireException("expected the shortest varint, but found a trailing zero byte");
            }
            value |= (long) (next & 0x7f) << (7 * count);
            count++;
            if (next >= 0) {
                return true;
            }
            if (count == maxBytes) {
                throw new WireException("expected a varint of at most %d bytes, but found more".formatted(maxBytes));
            }
            return false;
        }

        /** The value; valid once {@link #accept} returned true. */
        public long value() {
            return value;
        }

        /** Whether nothing was taken since the start or the last {@link #reset}. */
        public boolean isEmpty() {
            return count == 0;
        }

        /** Ready for the next varint. */
        public void reset() {
            value = 0;
            count = 0;
        }
    }
}
