package beacon.node.dht;

/** A command of the shell that is none, or that came to nothing. */
public final class ShellException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ShellException(String message) {
        super(message);
    }
}
