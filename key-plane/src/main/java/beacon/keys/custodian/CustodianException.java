package beacon.keys.custodian;

/** A custodian's directory is not what it should be, or its disk does not do what it should. */
public final class CustodianException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CustodianException(String message) {
        super(message);
    }

    public CustodianException(String message, Throwable cause) {
        super(message, cause);
    }
}
