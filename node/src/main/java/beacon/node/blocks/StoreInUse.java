package beacon.node.blocks;

/** Another process has the block store open. */
public final class StoreInUse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreInUse(String message) {
        super(message);
    }
}
