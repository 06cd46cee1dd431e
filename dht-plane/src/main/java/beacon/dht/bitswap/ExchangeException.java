package beacon.dht.bitswap;

/** A block could not be fetched. Expected in operation; the kind says what to do. */
public final class ExchangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** Why. */
    public enum Kind {
        /** No provider has it, as far as they are known. */
        NOT_FOUND,
        /** Providers that should have it did not send it in time. */
        TIMEOUT,
        /** The session has too many wants already. */
        LIMIT,
        /** The session or the exchange was closed. */
        CLOSED
    }

    public ExchangeException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
