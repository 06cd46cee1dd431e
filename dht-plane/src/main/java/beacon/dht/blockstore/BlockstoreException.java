package beacon.dht.blockstore;

/** The disk of a block store failed or is full. */
public final class BlockstoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BlockstoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
