package beacon.dht.erasure;

/** Takes the finished stripes of a {@link StripeEncoder}, in order. */
@FunctionalInterface
public interface StripeSink {
    /**
     * A stripe is done.
     *
     * @param stripe 0, 1, …
     * @param cells k data cells and m parity cells; the arrays are used again for the next stripe
     * @param cellBytes how much of each array counts
     */
    void accept(long stripe, byte[][] cells, int cellBytes);
}
