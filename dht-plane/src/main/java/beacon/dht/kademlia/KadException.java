package beacon.dht.kademlia;

/** A DHT operation that came to nothing. Expected in operation. */
public final class KadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Text of an operation that its deadline ended. */
    public static final String QUERY_TIMEOUT = "DHT query timeout";

    private final Kind kind;

    /** Why. */
    public enum Kind {
        /** Nobody answered in time. */
        TIMEOUT,
        /** No peer is known that could be asked. */
        NO_PEERS,
        /** The record or key is not one that may be stored. */
        INVALID
    }

    public KadException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    static KadException timeout() {
        return new KadException(Kind.TIMEOUT, QUERY_TIMEOUT);
    }

    public Kind kind() {
        return kind;
    }
}
