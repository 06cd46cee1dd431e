package beacon.index.state;

/** Receives the bytes of every recorded event, in order; the transparency tree is one. */
public interface HistoryTree {
    /**
     * Appends one leaf.
     *
     * @param recorded its bytes; not kept
     */
    void append(byte[] recorded);

    /** Leaves so far. */
    long size();
}
