package beacon.node.custody;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.index.client.EventCursor;
import beacon.keys.authority.CustodyEvent;
import beacon.keys.authority.EventSink;
import beacon.keys.custodian.Custodian;
import beacon.keys.custodian.RefusedException;
import beacon.model.CustodyNames;
import beacon.model.EventCodec;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.Event;
import beacon.proto.v1.EventFilter;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.ListRequest;
import beacon.proto.v1.RecordedEvent;
import beacon.proto.v1.ReplayRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The log as a custodian's sink. Keeping an event appends it and then hears all that is before it: a revocation with a
 * smaller sequence is known when the custodian goes on, however far behind it was, and without a quorum of the index
 * nothing is kept and nothing answered. Between requests it hears the log every second. Safe for many threads.
 */
public final class CustodyLog implements EventSink, AutoCloseable {
    private static final List<Integer> HEARD = List.of(
            Event.KEY_STATE_CHANGED_FIELD_NUMBER,
            Event.KEY_RECORDED_FIELD_NUMBER,
            Event.REVOCATION_RECORDED_FIELD_NUMBER);

    private static final long POLL_MILLIS = 1_000;
    private static final long RETRY_NANOS = 50_000_000;

    private final BeaconClient client;
    private final Duration timeout;
    private final ScheduledExecutorService poller;
    private final Object hearing = new Object();
    private @Nullable Custodian custodian;
    private @Nullable ScheduledFuture<?> polling;
    /** Everything up to here was heard. */
    private long heard;

    /**
     * A sink.
     *
     * @param client stays the caller's to close
     * @param timeout how long to wait for what the log has acknowledged
     */
    public CustodyLog(BeaconClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
        this.poller = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "custody-log");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Lets the custodian hear the log from its beginning, and from now on. Returns when it has heard what there is. */
    public void follow(Custodian listener) {
        synchronized (hearing) {
            custodian = listener;
        }
        poll();
        polling = poller.scheduleWithFixedDelay(this::poll, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Without the index nothing is heard; then nothing is answered either, and the next poll tries again. */
    private void poll() {
        try {
            hear(BeaconClient.await(client.list(ListRequest.newBuilder()
                            .setPrefix(CustodyNames.HEADERS)
                            .setPageSize(1)
                            .build()))
                    .getPosition()
                    .getSequence());
            Custodian listener = listener();
            if (listener != null) {
                listener.tellMissed();
            }
        } catch (ClientException | RefusedException unreachable) {
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private @Nullable Custodian listener() {
        synchronized (hearing) {
            return custodian;
        }
    }

    @Override
    public boolean isLog() {
        return true;
    }

    @Override
    public void keep(CustodyEvent event) {
        try {
            Accepted accepted = BeaconClient.await(client.append(CustodyEvents.of(event)));
            hear(accepted.getFirstSequence());
        } catch (ClientException notKept) {
            throw new RefusedException(notKept.refusal());
        }
    }

    /** Hears everything up to a sequence that the log has acknowledged. */
    private void hear(long through) {
        synchronized (hearing) {
            long deadline = System.nanoTime() + timeout.toNanos();
            while (heard < through) {
                try {
                    replay(through);
                } catch (ClientException elsewhere) {
                    // After an election the next leader has it, too.
                    if (System.nanoTime() - deadline > 0) {
                        throw elsewhere;
                    }
                    LockSupport.parkNanos(RETRY_NANOS);
                }
            }
        }
    }

    private void replay(long through) {
        ReplayRequest request = ReplayRequest.newBuilder()
                .setFirstSequence(heard + 1)
                .setLastSequence(through)
                .setFilter(EventFilter.newBuilder().addAllEventTypes(HEARD))
                .build();
        try (EventCursor cursor = client.replay(request)) {
            for (EventFrame frame = cursor.next(); frame != null; frame = cursor.next()) {
                frame.getEventsList().forEach(this::hear);
                heard = Math.max(heard, frame.getThroughSequence());
            }
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new ClientException(Refusal.of(Reason.OUTCOME_UNKNOWN, "interrupted while hearing the log"));
        }
        heard = Math.max(heard, through);
    }

    private void hear(ByteString recorded) {
        try {
            if (custodian != null) {
                custodian.hear(
                        EventCodec.decode(RecordedEvent.parseFrom(recorded).getEvent()));
            }
        } catch (InvalidProtocolBufferException damaged) {
            throw new ClientException(
                    Refusal.of(Reason.HISTORY_DAMAGED, "expected the bytes of a recorded event, but found others"));
        }
    }

    @Override
    public void close() {
        if (polling != null) {
            polling.cancel(true);
        }
        poller.shutdownNow();
    }
}
