package beacon.dht.node;

import beacon.dht.Host;
import beacon.dht.Timers;
import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.KadState;
import beacon.dht.kademlia.Kademlia;
import beacon.dht.kademlia.ProvideResult;
import beacon.dht.kademlia.Validators;
import beacon.dht.providers.ProvideSchedule;
import beacon.dht.providers.Providing;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DHT on some host: serves, refreshes, sweeps and expires by itself, and keeps its state over a restart. Peers and
 * records are written every few minutes and at the end; what is to be announced is written soon after it changed, since
 * nobody else would remember it. Belongs to the host's loop; files are written on another executor.
 */
public final class DhtService {
    /** Peers and the records kept for others. */
    static final String STATE_FILE = "dht.state";
    /** What this node announces. */
    static final String SCHEDULE_FILE = "dht.schedule";

    private static final Logger LOG = LoggerFactory.getLogger(DhtService.class);
    private static final Duration SAVE_CHANGED_AFTER = Duration.ofSeconds(2);

    private final Parts parts;
    private final DhtConfig.Upkeep upkeep;
    private final Kademlia kademlia;
    private final ProvideSchedule schedule;
    private final Providing providing;
    private CompletionStage<Void> writing = CompletableFuture.completedFuture(null);
    private boolean scheduleSavePlanned;
    private long savesFailed;
    private boolean closed;

    /**
     * What a service runs on.
     *
     * @param files empty to keep nothing
     * @param disk runs what writes files, one at a time
     */
    public record Parts(
            Host host, InstantSource clock, RandomGenerator random, Optional<DhtStore> files, Executor disk) {}

    public DhtService(Parts parts, KadConfig config, DhtConfig.Upkeep upkeep, Validators validators) {
        this.parts = parts;
        this.upkeep = upkeep;
        this.kademlia = new Kademlia(parts.host(), parts.clock(), parts.random(), config, validators);
        this.schedule =
                new ProvideSchedule(upkeep.announceAgain(), config.times().recordLife(), upkeep.maxContents());
        this.providing = new Providing(kademlia, parts.clock(), parts.random(), schedule);
    }

    /**
     * Reads what was kept, and begins.
     *
     * @return done when the routing table was filled for the first time
     * @throws UncheckedIOException when files cannot be read
     */
    public CompletionStage<Void> start() {
        Optional<KadState> before = load(STATE_FILE).flatMap(this::parseState);
        load(SCHEDULE_FILE).ifPresent(this::restoreSchedule);
        if (schedule.reachedAt(parts.host().listenAddresses())) {
            planScheduleSave();
        }
        CompletionStage<Void> filled = kademlia.start(before);
        planSave();
        return filled.whenComplete((done, failure) -> {
            // Sweeping an empty network would count as failure and wait; so it waits for the first round.
            if (!closed) {
                providing.start();
            }
        });
    }

    private Optional<ByteString> load(String name) {
        return parts.files().flatMap(files -> files.read(name));
    }

    private Optional<KadState> parseState(ByteString bytes) {
        try {
            return Optional.of(KadState.decode(bytes));
        } catch (WireException e) {
            parts.files().ifPresent(files -> files.setAside(STATE_FILE));
            return Optional.empty();
        }
    }

    private void restoreSchedule(ByteString bytes) {
        try {
            schedule.restore(bytes, parts.clock().instant());
        } catch (WireException e) {
            parts.files().ifPresent(files -> files.setAside(SCHEDULE_FILE));
        }
    }

    /** Announces a content now and from now on, as {@link Providing#announce} does. */
    public CompletionStage<ProvideResult> provide(ByteString multihash) {
        CompletionStage<ProvideResult> told = providing.announce(multihash);
        planScheduleSave();
        return told.whenComplete((done, failure) -> planScheduleSave());
    }

    /** Gets to know peers, and announces at once what could not be announced without them. */
    public CompletionStage<Void> meet(List<KadPeer> peers) {
        return kademlia.meet(peers).thenRun(providing::sweepSoon);
    }

    /** Announces a content from now on, with others of its region, as {@link Providing#keep} does. */
    public boolean keep(ByteString multihash) {
        boolean kept = providing.keep(multihash);
        planScheduleSave();
        return kept;
    }

    /** Announces a content no longer; its records expire by themselves. */
    public void withdraw(ByteString multihash) {
        schedule.remove(multihash);
        planScheduleSave();
    }

    /** Announces only some contents from now on; how many it does no longer. */
    public int keepOnly(Predicate<ByteString> wanted) {
        int withdrawn = schedule.keepOnly(wanted);
        if (withdrawn > 0) {
            planScheduleSave();
        }
        return withdrawn;
    }

    /** Time until the first record expires, as {@link ProvideSchedule#smallestMargin} says. */
    public Optional<Duration> smallestMargin() {
        return schedule.smallestMargin(parts.clock().instant());
    }

    private void planScheduleSave() {
        if (!scheduleSavePlanned && !closed && parts.files().isPresent()) {
            scheduleSavePlanned = true;
            Timers.run(parts.host().loop(), SAVE_CHANGED_AFTER, () -> {
                scheduleSavePlanned = false;
                if (!closed) {
                    writeSchedule();
                }
            });
        }
    }

    private void planSave() {
        if (parts.files().isPresent()) {
            Timers.run(parts.host().loop(), upkeep.save(), () -> {
                if (!closed) {
                    save().whenComplete((done, failure) -> planSave());
                }
            });
        }
    }

    /** Writes everything now. Never fails: what could not be written is counted, logged, and tried again. */
    public CompletionStage<Void> save() {
        KadState state = kademlia.state();
        write(STATE_FILE, state::encode);
        return writeSchedule();
    }

    private CompletionStage<Void> writeSchedule() {
        ByteString contents = schedule.encode();
        return write(SCHEDULE_FILE, () -> contents);
    }

    /** Writes one file after those that are being written; the content is asked for on the disk's executor. */
    private CompletionStage<Void> write(String name, Supplier<ByteString> content) {
        if (parts.files().isEmpty()) {
            return writing;
        }
        DhtStore files = parts.files().get();
        writing = writing.thenRunAsync(() -> files.write(name, content.get()), parts.disk())
                .handleAsync(
                        (done, failure) -> {
                            if (failure != null) {
                                savesFailed++;
                                LOG.warn("event=dht_state_not_saved file={}", name, failure);
                            }
                            return null;
                        },
                        parts.host().loop());
        return writing;
    }

    /** Stops serving, sweeping and walking, and writes everything a last time. */
    public CompletionStage<Void> close() {
        if (closed) {
            return writing;
        }
        closed = true;
        CompletionStage<Void> saved = save();
        providing.close();
        kademlia.close();
        return saved;
    }

    public Kademlia kademlia() {
        return kademlia;
    }

    public Providing providing() {
        return providing;
    }

    /** Writes of files that failed since the start. */
    long savesFailed() {
        return savesFailed;
    }
}
