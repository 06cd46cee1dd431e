package beacon.keys.records;

/** Bytes that are no plan, message or record, or not one that all holders signed. */
public final class BadRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadRecordException(String message) {
        super(message);
    }
}
