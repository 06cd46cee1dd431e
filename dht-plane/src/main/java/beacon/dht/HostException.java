package beacon.dht;

/** Another peer could not be reached or did not keep to the rules. Expected in operation; the reason says what to do. */
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why it failed. */
    public enum Reason {
        /** No address is known, or none answered. */
        UNREACHABLE,
        /** Dials failed lately; it is too early for the next one. */
        BACKING_OFF,
        /** Somebody else answered under the address. */
        WRONG_PEER,
        /** The peer serves none of the wanted protocols. */
        UNSUPPORTED,
        /** A limit of this or of the other peer was reached. */
        LIMIT,
        /** Not done in time. */
        TIMEOUT,
        /** The other peer broke the protocol. */
        PROTOCOL,
        /** The other peer reset the stream. */
        RESET,
        /** The stream ended before a message was complete. */
        ENDED,
        /** The connection, the stream or this host is closed. */
        CLOSED
    }

    public HostException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public HostException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
