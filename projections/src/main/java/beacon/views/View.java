package beacon.views;

/**
 * One projection: what it keeps is a function of the log and nothing else, no clock, no chance, no other view. So any
 * member, and anybody who replays the log, has the same state after the same event, byte for byte.
 */
public interface View {
    /** Its name, for people and as the place of its state: 1 to 32 characters of [a-z0-9-]. */
    String name();

    /** Grows when the same log gives other state than before; what was kept is then made again. */
    int version();

    /** Changes the state as this entry says. Called once for every entry of the log, in order. */
    void evolve(LogEntry entry, ViewState state);
}
