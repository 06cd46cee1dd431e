package beacon.model;

/** A text is no address. The message says what was expected, what was found, and at which position from 0. */
public final class MalformedAddress extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final int position;

    MalformedAddress(String expected, String found, int position) {
        super("expected %s, but found %s at position %d".formatted(expected, found, position));
        this.position = position;
    }

    /** Index of the character at which the text stops being an address. */
    public int position() {
        return position;
    }

    /** No stack trace: a peer can cause this at will, and the position says more. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public Throwable fillInStackTrace() {
        return this;
    }
}
