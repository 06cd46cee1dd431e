package beacon.index.log;

/**
 * Identity of one append, chosen by its client: 16 random bytes, held as two big-endian longs. The same id with the
 * same content gets the same answer.
 */
public record RequestId(long high, long low) {
    /** Length on the wire. */
    public static final int BYTES = 16;

    @Override
    public String toString() {
        return "%016x%016x".formatted(high, low);
    }
}
