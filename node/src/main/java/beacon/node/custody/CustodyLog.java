package beacon.node.custody;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.index.client.EventCursor;
import beacon.keys.authority.CustodyEvent;
import beacon.keys.authority.EventSink;
import beacon.keys.custodian.Custodian;
import beacon.keys.custodian.LogPlace;
import beacon.keys.custodian.RefusedException;
import beacon.model.Cid;
import beacon.model.CustodyNames;
import beacon.model.EventCodec;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.Event;
import beacon.proto.v1.EventFilter;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.HistoryReply;
import beacon.proto.v1.ListRequest;
import beacon.proto.v1.RecordedEvent;
import beacon.proto.v1.ReplayRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log as a custodian's sink. Keeping an event appends it and then hears all that is before it: a revocation with a
 * smaller sequence is known when the custodian goes on, however far behind it was, and without a quorum of the index
 * nothing is kept and nothing answered. Between requests it hears the log every second. Safe for many threads.
 */
public final class CustodyLog implements EventSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CustodyLog.class);
    private static final List<Integer> HEARD = List.of(
            Event.KEY_STATE_CHANGED_FIELD_NUMBER,
            Event.KEY_RECORDED_FIELD_NUMBER,
            Event.RITUAL_ABORTED_FIELD_NUMBER,
            Event.REVOCATION_RECORDED_FIELD_NUMBER,
            Event.HEADER_ERASED_FIELD_NUMBER);
    /** Deleted artifacts whose headers are asked for at once. */
    private static final int AT_ONCE = 32;

    private static final long POLL_MILLIS = 1_000;
    private static final long RETRY_NANOS = 50_000_000;
    /** Events that do not matter, after which a custodian keeps its place all the same. */
    private static final long KEEP_EVERY = 10_000;

    private final BeaconClient client;
    private final KeyLog keys;
    private final Duration timeout;
    private final ScheduledExecutorService poller;
    private final Object hearing = new Object();
    private @Nullable Custodian custodian;
    private @Nullable ScheduledFuture<?> polling;
    /** Everything up to here was heard. */
    private long heard;
    /** Where the custodian was before this start, until it is known that the log is still the same. */
    private @Nullable LogPlace before;
    /** The last event that was heard, and up to where the custodian's disk knows. */
    private @Nullable LogPlace reached;

    private long keptThrough;

    /**
     * A sink.
     *
     * @param client stays the caller's to close
     * @param timeout how long to wait for what the log has acknowledged
     */
    public CustodyLog(BeaconClient client, Duration timeout) {
        this.client = client;
        this.keys = new KeyLog(client);
        this.timeout = timeout;
        this.poller = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "custody-log");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Lets the custodian hear the log from where it was, and from now on. Returns when it has heard what there is. */
    public void follow(Custodian listener) {
        synchronized (hearing) {
            custodian = listener;
            before = listener.place().orElse(null);
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
                listener.tidy();
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

    /**
     * Hears everything up to a sequence that the log has acknowledged. Waiting for others to hear counts: without the index
     * each caller is told after the same time, and not one after the other.
     */
    private void hear(long through) {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (hearing) {
            while (before != null || heard < through) {
                try {
                    if (before != null) {
                        goOn(before, through);
                    }
                    if (heard < through) {
                        replay(through);
                    }
                } catch (ClientException elsewhere) {
                    // After an election the next leader has it, too.
                    if (System.nanoTime() - deadline > 0) {
                        LOG.warn(
                                "action=hear result=failed heard={} through={} cause=\"{}\"",
                                heard,
                                through,
                                elsewhere.refusal().message());
                        throw elsewhere;
                    }
                    LockSupport.parkNanos(RETRY_NANOS);
                }
            }
        }
    }

    /**
     * Goes on after what was heard before this start, if this is the log that it was heard from. Another one, or one that
     * lost its end, is not followed: what it lacks may be a revocation.
     */
    private void goOn(LogPlace place, long through) {
        boolean same = through >= place.heard();
        if (same) {
            ReplayRequest request = ReplayRequest.newBuilder()
                    .setFirstSequence(place.anchor())
                    .setLastSequence(place.anchor())
                    .build();
            try (EventCursor cursor = client.replay(request)) {
                same = false;
                for (EventFrame frame = cursor.next(); frame != null; frame = cursor.next()) {
                    same |= frame.getEventsList().stream()
                            .anyMatch(event -> sha256(event).equals(place.anchorHash()));
                }
            }
            expectNoInterruption();
        }
        if (!same) {
            LOG.error("action=follow result=refused heard={} end={}", place.heard(), through);
            throw new RefusedException(Refusal.of(
                    Reason.HISTORY_DAMAGED,
                    "expected the log that this custodian heard up to %d, but found another one of %d"
                            .formatted(place.heard(), through)));
        }
        heard = place.heard();
        reached = place;
        keptThrough = place.heard();
        before = null;
    }

    private static ByteString sha256(ByteString bytes) {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("expected a JDK with SHA-256", absent);
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
                hear(frame.getEventsList());
                heard = Math.max(heard, frame.getThroughSequence());
            }
        }
        expectNoInterruption();
        heard = Math.max(heard, through);
        keepPlace();
    }

    private static void expectNoInterruption() {
        if (Thread.currentThread().isInterrupted()) {
            throw new ClientException(Refusal.of(Reason.OUTCOME_UNKNOWN, "interrupted while hearing the log"));
        }
    }

    /** After each event that matters, and now and then, so that a start has little to hear. */
    private void keepPlace() {
        LogPlace last = reached;
        if (custodian != null && last != null && (last.anchor() > keptThrough || heard - keptThrough >= KEEP_EVERY)) {
            custodian.keepPlace(new LogPlace(heard, last.anchor(), last.anchorHash()));
            keptThrough = heard;
        }
    }

    private void hear(List<ByteString> events) {
        Custodian listener = custodian;
        if (listener == null) {
            return;
        }
        List<Cid> deleted = new ArrayList<>();
        try {
            for (ByteString recorded : events) {
                RecordedEvent event = RecordedEvent.parseFrom(recorded);
                beacon.model.Event decoded = EventCodec.decode(event.getEvent());
                listener.hear(decoded);
                if (decoded instanceof beacon.model.Event.HeaderErased erased) {
                    deleted.add(erased.manifest());
                }
                reached = new LogPlace(event.getSequence(), event.getSequence(), sha256(recorded));
            }
        } catch (InvalidProtocolBufferException damaged) {
            throw new ClientException(
                    Refusal.of(Reason.HISTORY_DAMAGED, "expected the bytes of a recorded event, but found others"));
        }
        for (int from = 0; from < deleted.size(); from += AT_ONCE) {
            hearErased(listener, deleted.subList(from, Math.min(deleted.size(), from + AT_ONCE)));
        }
    }

    private void hearErased(Custodian listener, List<Cid> manifests) {
        Map<Cid, CompletableFuture<HistoryReply>> asked = new LinkedHashMap<>();
        manifests.forEach(manifest -> asked.put(manifest, keys.findHeader(manifest)));
        List<beacon.model.Event.HeaderSet> headers = new ArrayList<>();
        asked.forEach((manifest, reply) -> keys.everyHeader(manifest, BeaconClient.await(reply))
                .forEach(header -> headers.add(
                        new beacon.model.Event.HeaderSet(manifest, header.getKeyId(), header.getHeader()))));
        listener.hearErased(headers);
    }

    @Override
    public void close() {
        if (polling != null) {
            polling.cancel(true);
        }
        poller.shutdownNow();
    }
}
