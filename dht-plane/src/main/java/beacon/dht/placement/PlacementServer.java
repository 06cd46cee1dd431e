package beacon.dht.placement;

import beacon.dht.Background;
import beacon.dht.Host;
import beacon.dht.HostStream;
import beacon.dht.MessageStream;
import beacon.dht.PeerSigner;
import beacon.dht.Timers;
import beacon.dht.blockstore.BlockHash;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.blockstore.BlockstoreStats;
import beacon.dht.blockstore.PutOutcome;
import beacon.dht.placement.PlacementCodec.Offer;
import beacon.dht.placement.PlacementCodec.Reply;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes blocks that authorised peers hand over, and signs for them. A refusal that can be known from the offer is given
 * before a byte of the block travels; what is under way is reserved against a bound. Used on the host's loop.
 */
public final class PlacementServer {
    /** The protocol that is spoken. */
    public static final String PROTOCOL = "/beacon/store/1.0.0";

    private final Host host;
    private final Settings settings;
    private final PlacementLimits limits;
    private final Background background;
    private final Map<PeerId, Integer> streams = new TreeMap<>();
    private long bytesUnderway;
    private long blocksPlaced;
    private long offersRefused;

    /**
     * What a server is made of.
     *
     * @param mayPlace whom blocks are taken from
     * @param workers check blocks and use the store; a few threads
     * @param stored told of each block that came in, on the loop
     */
    public record Settings(
            Blockstore store,
            Executor workers,
            PeerSigner signer,
            Predicate<PeerId> mayPlace,
            Consumer<Cid> stored,
            InstantSource clock) {}

    private PlacementServer(Host host, Settings settings, PlacementLimits limits) {
        this.host = host;
        this.settings = settings;
        this.limits = limits;
        this.background = new Background(settings.workers(), host.loop());
    }

    /** Starts to take blocks. */
    public static PlacementServer start(Host host, Settings settings, PlacementLimits limits) {
        PlacementServer server = new PlacementServer(host, settings, limits);
        host.handle(PROTOCOL, server::accept);
        return server;
    }

    /** Bytes reserved for blocks that are coming in or being stored. */
    public long bytesUnderway() {
        return bytesUnderway;
    }

    /** Receipts given. */
    public long blocksPlaced() {
        return blocksPlaced;
    }

    /** Offers and blocks that were not taken. */
    public long offersRefused() {
        return offersRefused;
    }

    /** Takes blocks no longer. */
    public void close() {
        host.unhandle(PROTOCOL);
    }

    private void accept(HostStream stream) {
        int open = streams.merge(stream.remote(), 1, Integer::sum);
        Placing placing = new Placing(stream);
        if (open > limits.streamsPerPeer()) {
            placing.end();
            stream.reset();
        } else {
            placing.start();
        }
    }

    /** One block of one peer. */
    private final class Placing {
        private final HostStream stream;
        private final MessageStream messages;
        private @Nullable ScheduledFuture<?> deadline;
        private long reservedBytes;
        private boolean ended;

        Placing(HostStream stream) {
            this.stream = stream;
            this.messages = new MessageStream(stream, PlacementCodec.MAX_MESSAGE_BYTES);
        }

        void start() {
            deadline = Timers.after(host.loop(), limits.timeout(), this::abort);
            messages.read().whenComplete((message, failure) -> {
                if (failure != null || message.isEmpty()) {
                    abort();
                    return;
                }
                try {
                    offered(PlacementCodec.decodeOffer(message.get()));
                } catch (WireException e) {
                    abort();
                }
            });
        }

        private void offered(Offer offer) {
            Optional<Reply> refusal = refusal(offer);
            if (refusal.isPresent()) {
                finish(refusal.get());
                return;
            }
            reservedBytes = offer.sizeBytes();
            bytesUnderway += reservedBytes;
            int size = (int) offer.sizeBytes();
            background.run(() -> lookUp(offer)).whenComplete((reply, failure) -> {
                if (ended) {
                    return;
                }
                if (failure != null) {
                    finish(Reply.refused(PlacementRefusal.FAILED, "the disk failed"));
                } else if (reply.isPresent()) {
                    finish(reply.get());
                } else {
                    receive(offer.cid(), size);
                }
            });
        }

        private Optional<Reply> refusal(Offer offer) {
            if (!settings.mayPlace().test(stream.remote())) {
                return refused(PlacementRefusal.NOT_AUTHORISED, "expected a peer that may place blocks here");
            }
            if (offer.sizeBytes() > limits.maxBlockBytes()) {
                return refused(
                        PlacementRefusal.TOO_LARGE,
                        "expected a block of at most %d bytes, but found %d"
                                .formatted(limits.maxBlockBytes(), offer.sizeBytes()));
            }
            if (!BlockHash.isKnown(offer.cid())) {
                return refused(PlacementRefusal.UNKNOWN_HASH, "expected sha2-256 or blake3 with 32 bytes");
            }
            if (bytesUnderway + offer.sizeBytes() > limits.bytesUnderway()) {
                return refused(PlacementRefusal.BUSY, "too many blocks are under way");
            }
            return Optional.empty();
        }

        private Optional<Reply> refused(PlacementRefusal reason, String message) {
            return Optional.of(Reply.refused(reason, message));
        }

        /** Runs on a worker: an answer without the bytes, if there is one. */
        private Optional<Reply> lookUp(Offer offer) {
            // A receipt says that the disk has the block, and keeps it as long as one that comes now.
            OptionalInt stored =
                    settings.store().renew(offer.cid(), settings.clock().instant());
            if (stored.isPresent()) {
                return Optional.of(Reply.stored(receipt(offer.cid(), stored.getAsInt())));
            }
            BlockstoreStats stats = settings.store().stats();
            return stats.bytes() + offer.sizeBytes() > stats.quotaBytes()
                    ? refused(
                            PlacementRefusal.FULL,
                            "expected room for %d bytes, but found %d of %d used"
                                    .formatted(offer.sizeBytes(), stats.bytes(), stats.quotaBytes()))
                    : Optional.empty();
        }

        private Receipt receipt(Cid cid, int size) {
            return Receipt.sign(settings.signer(), cid, size, settings.clock().instant());
        }

        private void receive(Cid cid, int size) {
            // The opener waits for the word to send, so nothing of the block can have come with the offer.
            MessageStream block = new MessageStream(stream, Math.max(1, size));
            messages.write(PlacementCodec.encode(Reply.send())).whenComplete((done, failure) -> {
                if (failure != null) {
                    abort();
                }
            });
            block.read().whenComplete((bytes, failure) -> {
                if (ended || failure != null || bytes.isEmpty()) {
                    abort();
                } else {
                    keep(cid, bytes.get());
                }
            });
        }

        private void keep(Cid cid, ByteString bytes) {
            background
                    .run(() -> replyTo(cid, bytes, settings.store().put(cid, bytes)))
                    .whenComplete((reply, failure) -> {
                        if (failure != null) {
                            finish(Reply.refused(PlacementRefusal.FAILED, "the disk failed"));
                            return;
                        }
                        if (reply.status() == PlacementCodec.Status.STORED) {
                            settings.stored().accept(cid);
                        }
                        finish(reply);
                    });
        }

        private Reply replyTo(Cid cid, ByteString bytes, PutOutcome outcome) {
            if (outcome instanceof PutOutcome.Refused refused) {
                return Reply.refused(reason(refused.reason()), refused.message());
            }
            return Reply.stored(receipt(cid, bytes.size()));
        }

        private static PlacementRefusal reason(PutOutcome.Refusal refusal) {
            return switch (refusal) {
                case HASH_MISMATCH -> PlacementRefusal.WRONG_HASH;
                case UNKNOWN_HASH -> PlacementRefusal.UNKNOWN_HASH;
                case TOO_LARGE -> PlacementRefusal.TOO_LARGE;
                case QUOTA_EXCEEDED -> PlacementRefusal.FULL;
            };
        }

        /** The last reply; the deadline still holds for a peer that does not read it. */
        private void finish(Reply reply) {
            if (ended) {
                return;
            }
            if (reply.status() == PlacementCodec.Status.STORED) {
                blocksPlaced++;
            } else {
                offersRefused++;
            }
            release();
            messages.write(PlacementCodec.encode(reply)).whenComplete((done, failure) -> {
                if (failure == null) {
                    stream.closeWrite();
                    drain();
                } else {
                    abort();
                }
            });
        }

        /** The other side ends the stream; what it still says does not matter. */
        private void drain() {
            stream.read().whenComplete((bytes, failure) -> {
                if (failure == null && bytes.isEmpty()) {
                    end();
                } else {
                    abort();
                }
            });
        }

        private void abort() {
            if (!ended) {
                stream.reset();
                end();
            }
        }

        private void release() {
            bytesUnderway -= reservedBytes;
            reservedBytes = 0;
        }

        void end() {
            ended = true;
            release();
            ScheduledFuture<?> timer = deadline;
            if (timer != null) {
                timer.cancel(false);
            }
            streams.computeIfPresent(stream.remote(), (peer, count) -> count > 1 ? count - 1 : null);
        }
    }
}
