package beacon.node.announce;

import beacon.dht.blockstore.BlockstoreException;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.index.client.ResumingWatch;
import beacon.proto.v1.BeatKind;
import beacon.proto.v1.Event;
import beacon.proto.v1.EventFilter;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.RecordedEvent;
import beacon.proto.v1.WatchRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what this process's storage nodes announce as the log has it. First the projection of pins is asked for everything;
 * from the position of that answer on the few events that change it are heard, so that a new pin is announced at once. On
 * each reverb, or within a minute, the projection is asked for everything again, which also finds what is back in the store.
 * When the log cannot be heard any more, it begins anew, ever more slowly; the schedule goes on meanwhile. Has one thread.
 */
public final class Announcer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private static final Duration QUESTION = Duration.ofSeconds(20);
    private static final long FIRST_RETRY_MILLIS = 250;
    private static final long LAST_RETRY_MILLIS = 30_000;
    /** Nodes hear the same beat; they do not ask all at once. */
    private static final long SPREAD_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final EventFilter HEARD = EventFilter.newBuilder()
            .addAllEventTypes(PinNews.EVENTS)
            .addEventTypes(Event.BEAT_STRUCK_FIELD_NUMBER)
            .build();

    private final BeaconClient client;
    private final PlacedPins pins;
    private final List<Announcing> nodes;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable ResumingWatch watching;
    private final SplittableRandom random = new SplittableRandom();
    private long retryMillis = FIRST_RETRY_MILLIS;
    /** When to look at everything again; a frame comes every ten seconds, if only an empty one. */
    private OptionalLong lookNanos = OptionalLong.empty();

    private Announcer(BeaconClient client, List<Announcing> nodes) {
        this.client = client;
        this.pins = new PlacedPins(client, QUESTION);
        this.nodes = List.copyOf(nodes);
        this.thread = new Thread(this::run, "announcer");
        thread.setDaemon(true);
    }

    /**
     * Starts to look after nodes.
     *
     * @param client stays the caller's to close
     */
    public static Announcer start(BeaconClient client, List<Announcing> nodes) {
        Announcer announcer = new Announcer(client, nodes);
        announcer.thread.start();
        return announcer;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void run() {
        while (!isClosed()) {
            try {
                follow(reconcile());
            } catch (ClientException | BlockstoreException | InvalidProtocolBufferException failure) {
                if (!isClosed()) {
                    LOG.warn(
                            "event=announcer_lost_log reason=\"{}\" next_try_ms={}", failure.getMessage(), retryMillis);
                }
            }
            pause();
        }
    }

    private void pause() {
        try {
            if (!closed.await(retryMillis, TimeUnit.MILLISECONDS)) {
                retryMillis = Math.min(LAST_RETRY_MILLIS, 2 * retryMillis);
            }
        } catch (InterruptedException e) {
            // Only close interrupts, and it says so.
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }

    /** Everything at once; the sequence after which there may be news. */
    private long reconcile() {
        long[] oldest = {Long.MAX_VALUE};
        for (Announcing node : nodes) {
            node.reconcile(pages -> oldest[0] = Math.min(oldest[0], pins.on(node.id(), pages)));
        }
        nodes.forEach(Announcing::heard);
        return oldest[0];
    }

    private void follow(long after) throws InvalidProtocolBufferException {
        WatchRequest request = WatchRequest.newBuilder()
                .setFirstSequence(after + 1)
                .setFilter(HEARD)
                .build();
        try (ResumingWatch watch = client.watch(request)) {
            watching = watch;
            while (!isClosed()) {
                EventFrame frame = watch.next();
                if (frame == null) {
                    return;
                }
                retryMillis = FIRST_RETRY_MILLIS;
                hear(frame);
                nodes.forEach(Announcing::heard);
            }
        } finally {
            watching = null;
        }
    }

    private void hear(EventFrame frame) throws InvalidProtocolBufferException {
        BeatKind beat = BeatKind.BEAT_KIND_UNSPECIFIED;
        for (ByteString bytes : frame.getEventsList()) {
            Event event = RecordedEvent.parseFrom(bytes).getEvent();
            if (event.hasBeatStruck()) {
                boolean reverb = beat == BeatKind.BEAT_KIND_REVERB;
                beat = reverb ? beat : event.getBeatStruck().getKind();
            } else {
                PinNews.of(event).ifPresent(news -> nodes.forEach(node -> hear(node, news)));
            }
        }
        if (beat == BeatKind.BEAT_KIND_REVERB && lookNanos.isEmpty()) {
            lookNanos = OptionalLong.of(System.nanoTime() + random.nextLong(SPREAD_NANOS));
        }
        if (lookNanos.isPresent() && System.nanoTime() - lookNanos.getAsLong() >= 0) {
            lookNanos = OptionalLong.empty();
            long unused = reconcile();
        }
        if (beat != BeatKind.BEAT_KIND_UNSPECIFIED) {
            nodes.forEach(Announcing::pulse);
        }
    }

    private void hear(Announcing node, PinNews news) {
        boolean named = news.nodes().contains(node.id().bytes());
        switch (news.kind()) {
            case PLACED -> set(node, news.manifest(), named);
            case RELEASED -> node.withdrawn(news.manifest());
            case FAULTED -> {
                if (named) {
                    node.placed(news.manifest());
                }
            }
            case MOVED -> {
                if (named) {
                    node.placed(news.manifest());
                } else if (node.announces(news.manifest())) {
                    // Which node had it before the event does not say.
                    boolean still =
                            pins.nodesOf(news.manifest()).contains(node.id().bytes());
                    set(node, news.manifest(), still);
                }
            }
        }
    }

    private static void set(Announcing node, ByteString manifest, boolean here) {
        if (here) {
            node.placed(manifest);
        } else {
            node.withdrawn(manifest);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        ResumingWatch watch = watching;
        if (watch != null) {
            watch.close();
        }
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
            if (thread.isAlive()) {
                LOG.warn("event=announcer_not_ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
