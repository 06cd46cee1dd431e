package beacon.bench;

/** A measurement could not be made; there is no figure rather than a wrong one. */
public final class BenchException extends RuntimeException {
    public BenchException(String message) {
        super(message);
    }

    public BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
