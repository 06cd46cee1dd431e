package beacon.index.client;

import beacon.model.Reason;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.IndexServiceGrpc;
import beacon.proto.v1.WatchRequest;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A watch that survives the loss of members: it resumes where it was. Belongs to one thread. */
public final class ResumingWatch implements AutoCloseable {
    private static final long RETRY_NANOS = 100_000_000;

    private final Members members;
    private WatchRequest request;
    private @Nullable EventCursor cursor;
    private boolean resumed;
    private volatile boolean closed;

    ResumingWatch(Members members, WatchRequest request) {
        this.members = members;
        this.request = request;
    }

    /**
     * The next frame; blocks until there is one. Null after {@link #close}.
     *
     * @throws ClientException for a refusal that another member would give as well
     */
    public @Nullable EventFrame next() {
        while (!closed) {
            try {
                EventCursor open = cursor == null ? open() : cursor;
                cursor = open;
                EventFrame frame = open.next();
                if (frame != null) {
                    request = request.toBuilder()
                            .setFirstSequence(frame.getThroughSequence() + 1)
                            .build();
                    resumed = true;
                    return frame;
                }
                cursor = null;
            } catch (ClientException e) {
                cursor = null;
                // A member that lags behind the one that went away will have the sequence soon.
                boolean behind = resumed && e.refusal().reason() == Reason.BEYOND_END;
                boolean gone = behind || Retries.isElsewhere(e.refusal().reason());
                if (!gone || closed) {
                    throw e;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
        return null;
    }

    private EventCursor open() {
        // Members take turns, so that watches do not all land on the leader.
        return EventCursor.open(
                members.channel(members.targets().get(0)),
                (channel, observer) -> IndexServiceGrpc.newStub(channel).watch(request, observer));
    }

    @Override
    public void close() {
        closed = true;
        EventCursor open = cursor;
        if (open != null) {
            open.close();
        }
    }
}
