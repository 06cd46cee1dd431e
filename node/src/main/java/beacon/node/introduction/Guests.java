package beacon.node.introduction;

import beacon.dht.Background;
import beacon.dht.Host;
import beacon.dht.HostStream;
import beacon.dht.MessageStream;
import beacon.dht.Stages;
import beacon.dht.Timers;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.WireException;
import beacon.node.introduction.Credentials.Guest;
import beacon.proto.grpc.PeerIdentity.Kind;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who introduced themselves to a host, and the protocol by which they do. Bounded: of peers the last 4,096, of
 * introductions being checked 16. State belongs to the host's loop.
 */
public final class Guests implements Predicate<PeerId>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Guests.class);
    private static final int MAX_GUESTS = 4_096;
    private static final int MAX_UNDERWAY = 16;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Set<Kind> MAY_PLACE = Set.of(Kind.MEMBER, Kind.CLIENT, Kind.OPERATOR);

    private final Host host;
    private final Credentials credentials;
    private final Background background;
    private final InstantSource clock;
    private final Map<PeerId, Guest> guests = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Guest> eldest) {
            return size() > MAX_GUESTS;
        }
    };
    private int underway;

    private Guests(Host host, Credentials credentials, Executor workers, InstantSource clock) {
        this.host = host;
        this.credentials = credentials;
        this.background = new Background(workers, host.loop());
        this.clock = clock;
    }

    /** Starts to receive; called on the loop. */
    public static Guests receive(Host host, Credentials credentials, Executor workers, InstantSource clock) {
        Guests guests = new Guests(host, credentials, workers, clock);
        host.handle(Introduction.PROTOCOL, guests::accept);
        return guests;
    }

    /** Whether a peer is in. */
    @Override
    public boolean test(PeerId peer) {
        Guest guest = guests.get(peer);
        return guest != null && clock.instant().isBefore(guest.until());
    }

    private void accept(HostStream stream) {
        if (underway >= MAX_UNDERWAY) {
            stream.reset();
            return;
        }
        underway++;
        new Reception(stream).start();
    }

    /** One introduction. */
    private final class Reception {
        private final HostStream stream;
        private final MessageStream messages;
        private @Nullable ScheduledFuture<?> deadline;
        private boolean ended;

        Reception(HostStream stream) {
            this.stream = stream;
            this.messages = new MessageStream(stream, Introduction.MAX_BYTES);
        }

        void start() {
            deadline = Timers.after(host.loop(), TIMEOUT, this::abort);
            messages.read().whenComplete((message, failure) -> {
                if (failure != null || message.isEmpty()) {
                    abort();
                } else {
                    check(message.get());
                }
            });
        }

        private void check(ByteString message) {
            PeerId from = stream.remote();
            background
                    .run(() -> credentials.verify(Introduction.decode(message), from, host.id(), clock.instant()))
                    .whenComplete((guest, failure) -> conclude(from, guest, failure));
        }

        private void conclude(PeerId from, @Nullable Guest guest, @Nullable Throwable failure) {
            if (ended) {
                return;
            }
            String refusal = "";
            if (guest == null) {
                refusal = refusal(failure);
            } else if (!MAY_PLACE.contains(guest.identity().kind())) {
                refusal = "expected a member, a client or an operator, but found "
                        + guest.identity().actor();
            } else {
                guests.put(from, guest);
                LOG.debug(
                        "event=introduced peer={} as={}", from, guest.identity().actor());
            }
            if (!refusal.isEmpty()) {
                LOG.warn("event=introduction_refused peer={} reason=\"{}\"", from, refusal);
            }
            messages.write(new ProtoWriter()
                            .integer(1, refusal.isEmpty() ? 1 : 0)
                            .bytes(2, ByteString.copyFromUtf8(refusal))
                            .toByteString())
                    .whenComplete((done, unwritten) -> {
                        stream.closeWrite();
                        end();
                    });
        }

        private String refusal(@Nullable Throwable failure) {
            Throwable cause = failure == null ? new IllegalStateException("no outcome") : Stages.cause(failure);
            boolean known = cause instanceof IntroductionException || cause instanceof WireException;
            return known ? String.valueOf(cause.getMessage()) : "the introduction could not be checked";
        }

        private void abort() {
            stream.reset();
            end();
        }

        private void end() {
            if (!ended) {
                ended = true;
                underway--;
                ScheduledFuture<?> timer = deadline;
                if (timer != null) {
                    timer.cancel(false);
                }
            }
        }
    }

    /** Receives no more; called on the loop. */
    @Override
    public void close() {
        host.unhandle(Introduction.PROTOCOL);
        guests.clear();
    }
}
