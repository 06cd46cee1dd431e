package beacon.model;

/** Bytes are no recorded event as Beacon writes them. The message says what was expected and what was found. */
public final class MalformedRecord extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedRecord(String message) {
        super(message);
    }
}
