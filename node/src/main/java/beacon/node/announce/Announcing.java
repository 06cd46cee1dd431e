package beacon.node.announce;

import beacon.dht.MessageStream;
import beacon.dht.Timers;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.kademlia.ServedStream;
import beacon.dht.node.DhtNode;
import beacon.dht.node.DhtService;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one storage node announces. A manifest is announced while the log places it here and its block is in the store: a
 * record that leads to a node without the block costs every reader a dial. New ones are told at once, a few at a time; when
 * too many wait they are left to the sweep, which tells of many together. State belongs to the loop; methods may be called
 * from any other thread, and wait for the loop.
 */
public final class Announcing {
    /** Announcements of their own that may wait; more go with their region. */
    static final int MAX_WAITING = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(Announcing.class);
    private static final int AT_ONCE = 8;
    /** A server lets a peer ask 500 times a second on average, and drops more without a word; each of these asks a few times. */
    private static final Duration SPACING = Duration.ofMillis(20);

    private static final Duration SILENCE = Duration.ofMinutes(1);
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final DhtNode dht;
    private final DhtService service;
    private final Blockstore store;
    private final Deque<ByteString> waiting = new ArrayDeque<>();
    /** What happened to since the last pulse; bounded like what waits. */
    private final Set<ByteString> touched = new LinkedHashSet<>();

    private int underway;
    private boolean resting;
    private boolean closed;
    private volatile long absent;
    private volatile long refused;
    private volatile boolean heard;
    private volatile long heardNanos;

    private Announcing(DhtNode dht, Blockstore store) {
        this.dht = dht;
        this.service = dht.service();
        this.store = store;
    }

    /** Starts with what the schedule on the disk says, and answers those who ask for its margin. */
    public static Announcing start(DhtNode dht, Blockstore store) {
        Announcing announcing = new Announcing(dht, store);
        return announcing.onLoop(() -> {
            dht.host()
                    .handle(
                            Margin.PROTOCOL,
                            stream -> new ServedStream(
                                            dht.host().loop(), new MessageStream(stream, Margin.MAX_BYTES), IDLE)
                                    .serve(question ->
                                            Optional.of(announcing.margin().encode())));
            return announcing;
        });
    }

    private <T> T onLoop(Supplier<T> step) {
        return dht.ask(step).join();
    }

    PeerId id() {
        return dht.host().id();
    }

    /** On the loop. */
    private Margin margin() {
        return new Margin(service.providing().schedule().size(), service.smallestMargin(), hearsLog());
    }

    boolean announces(ByteString manifest) {
        ByteString multihash = Cid.of(manifest).multihash();
        return onLoop(() -> service.providing().schedule().contains(multihash));
    }

    /** The log places a manifest here, or says something of the one that is here. */
    void placed(ByteString manifest) {
        Cid cid = Cid.of(manifest);
        if (store.has(cid)) {
            boolean unused = onLoop(() -> touch(cid.multihash()) && announce(cid.multihash()));
        } else {
            LOG.warn("event=manifest_not_announced node={} cid={} reason=\"not in the store\"", id(), cid);
            withdrawn(manifest);
        }
    }

    /** A manifest is here no more. */
    void withdrawn(ByteString manifest) {
        ByteString multihash = Cid.of(manifest).multihash();
        boolean unused = onLoop(() -> {
            boolean known = service.providing().schedule().contains(multihash);
            if (known) {
                waiting.remove(multihash);
                touched.remove(multihash);
                service.withdraw(multihash);
            }
            return known;
        });
    }

    /** Sets what is announced to what the log places here, and is in the store. What is new goes with its region. */
    void reconcile(Placements placements) {
        Set<ByteString> wanted = new LinkedHashSet<>();
        long[] without = {0};
        placements.show(page -> page.forEach(manifest -> {
            Cid cid = Cid.of(manifest);
            if (store.has(cid)) {
                wanted.add(cid.multihash());
            } else {
                without[0]++;
            }
        }));
        absent = without[0];
        int dropped = onLoop(() -> {
            waiting.removeIf(each -> !wanted.contains(each));
            touched.removeIf(each -> !wanted.contains(each));
            return service.keepOnly(wanted::contains);
        });
        // In parts, so that the loop has time for others.
        long full = 0;
        Deque<ByteString> left = new ArrayDeque<>(wanted);
        while (!left.isEmpty()) {
            full += onLoop(() -> keep(left));
        }
        refused = full;
        if (dropped > 0 || full > 0 || without[0] > 0) {
            LOG.info(
                    "event=announcements_reconciled node={} contents={} withdrawn={} not_in_store={} not_taken={}",
                    id(),
                    wanted.size(),
                    dropped,
                    without[0],
                    full);
        }
    }

    private int keep(Deque<ByteString> left) {
        int full = 0;
        for (int i = 0; i < MAX_WAITING && !left.isEmpty(); i++) {
            full += service.keep(left.remove()) ? 0 : 1;
        }
        return full;
    }

    /** Tells again of what was touched since the last pulse: records of a first, hurried announcement are made whole. */
    void pulse() {
        boolean unused = onLoop(() -> {
            List<ByteString> again = List.copyOf(touched);
            touched.clear();
            again.stream().filter(service.providing().schedule()::contains).forEach(this::announce);
            return true;
        });
    }

    private boolean touch(ByteString multihash) {
        touched.remove(multihash);
        if (touched.size() >= MAX_WAITING) {
            touched.remove(touched.iterator().next());
        }
        return touched.add(multihash);
    }

    private boolean announce(ByteString multihash) {
        if (closed) {
            return false;
        }
        if (waiting.size() >= MAX_WAITING) {
            return service.keep(multihash);
        }
        if (!waiting.contains(multihash)) {
            waiting.add(multihash);
            advance();
        }
        return true;
    }

    private void advance() {
        if (closed || resting || underway >= AT_ONCE || waiting.isEmpty()) {
            return;
        }
        resting = true;
        var unused = Timers.after(dht.host().loop(), SPACING, () -> {
            resting = false;
            advance();
        });
        underway++;
        CompletableFuture<Void> unusedEnd = service.provide(waiting.remove())
                .toCompletableFuture()
                .handleAsync(
                        (done, failure) -> {
                            underway--;
                            if (failure != null) {
                                LOG.debug("event=announcement_failed node={}", id(), failure);
                            }
                            advance();
                            return null;
                        },
                        dht.host().loop());
    }

    /** What is announced is what the log has just now. */
    void heard() {
        heardNanos = System.nanoTime();
        heard = true;
    }

    /** Whether it was so lately; a log without news says so every ten seconds. */
    boolean hearsLog() {
        return heard && System.nanoTime() - heardNanos < SILENCE.toNanos();
    }

    /** Manifests placed here that are not in the store, when it was last looked. */
    long absent() {
        return absent;
    }

    /** Manifests placed here that cannot be announced: the schedule is full, or servers would refuse them. */
    long refused() {
        return refused;
    }

    /** Announces nothing more by itself; on the loop. */
    public void close() {
        closed = true;
        waiting.clear();
        dht.host().unhandle(Margin.PROTOCOL);
    }

    /** Shows the manifests that the log places on a node. */
    interface Placements {
        void show(java.util.function.Consumer<List<ByteString>> pages);
    }
}
