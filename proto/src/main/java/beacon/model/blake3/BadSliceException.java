package beacon.model.blake3;

/** A slice that its root does not prove. */
public final class BadSliceException extends RuntimeException {
    BadSliceException(String message) {
        super(message);
    }
}
