package beacon.index.observe;

/** Receives what happens in a member. Every method has an empty default; none may block or throw. */
public interface IndexObserver {
    /** Hears nothing. */
    IndexObserver NONE = new IndexObserver() {};

    /** Appends were answered, after this long from arrival to answer. */
    default void appended(int appends, long nanos) {}

    /** An entry was committed and applied. */
    default void applied(int appends, long lastSequence) {}

    /** Appends were refused before or by the log. */
    default void refused(String reason, int appends) {}

    default void snapshotTaken(long sequence) {}

    /** Empty when there is none. */
    default void leaderChanged(String leaderId) {}

    default void logFailed(Throwable cause) {}

    default void watcherStarted() {}

    default void watcherEnded() {}

    /** A linearizable read round was confirmed by a majority after this long. */
    default void readConfirmed(long nanos) {}
}
