package beacon.node.tree;

import java.io.IOException;

/** What is read changed while it was read. */
public final class SourceChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    public SourceChangedException(String message) {
        super(message);
    }
}
