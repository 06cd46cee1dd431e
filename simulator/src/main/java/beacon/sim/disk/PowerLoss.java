package beacon.sim.disk;

/** The machine has no power any more; whatever ran on it ends here. */
public final class PowerLoss extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PowerLoss() {
        super("the machine lost its power", null, false, false);
    }
}
