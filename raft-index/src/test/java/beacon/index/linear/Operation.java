package beacon.index.linear;

/**
 * One call of one client and when it was under way, on a clock that all clients of the history share.
 *
 * @param client who called; for messages only
 * @param returnedAt {@link #NEVER} when the answer never came: the call may have taken effect at any time after
 *     {@code invokedAt}, or never
 * @param <C> the call with its answer
 */
public record Operation<C>(int client, C call, long invokedAt, long returnedAt) {
    /** Time of an answer that never came. */
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        if (returnedAt < invokedAt) {
            throw new IllegalArgumentException(
                    "expected an answer at or after %d, but found %d".formatted(invokedAt, returnedAt));
        }
    }

    public boolean isOpen() {
        return returnedAt == NEVER;
    }

    /** Whether this one was over before the other one began. */
    public boolean isBefore(Operation<?> other) {
        return returnedAt < other.invokedAt;
    }

    @Override
    public String toString() {
        return "client %d [%d, %s] %s".formatted(client, invokedAt, isOpen() ? "never" : returnedAt, call);
    }
}
