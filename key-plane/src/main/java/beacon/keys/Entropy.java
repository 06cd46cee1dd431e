package beacon.keys;

/**
 * Unpredictable bytes for keys, nonces and polynomials. Deliberately not a {@link java.util.random.RandomGenerator}, so
 * that a seeded generator cannot slip into production by an implicit conversion.
 */
@FunctionalInterface
public interface Entropy {
    /** Overwrites all of {@code target}. */
    void fill(byte[] target);

    /** Fresh bytes; the caller owns and wipes them. */
    default byte[] bytes(int sizeBytes) {
        byte[] fresh = new byte[sizeBytes];
        fill(fresh);
        return fresh;
    }
}
