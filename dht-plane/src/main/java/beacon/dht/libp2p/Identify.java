package beacon.dht.libp2p;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.HostStream;
import beacon.dht.MessageStream;
import beacon.dht.PeerInfo;
import beacon.dht.Stages;
import beacon.dht.Timers;
import beacon.dht.wire.IdentifyMessage;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PublicKeyBytes;
import beacon.dht.wire.SignedPeerRecord;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * {@code /ipfs/id/1.0.0} and {@code /ipfs/id/push/1.0.0}: answers who this peer is, asks who others are, and tells them
 * when something changed. What a peer says counts only if its key hashes to the peer of the connection; addresses of a
 * valid signed record are preferred. Belongs to the plane's loop.
 */
final class Identify {
    static final String ASK = "/ipfs/id/1.0.0";
    static final String PUSH = "/ipfs/id/push/1.0.0";

    private static final String PROTOCOL_VERSION = "beacon/1";
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** Senders may split what they say; all parts together are read as one message. */
    private static final int MAX_PARTS = 10;

    /**
     * What a peer said on one stream.
     *
     * @param observed address at which it sees this peer
     */
    record Answer(PeerInfo info, Optional<Multiaddr> observed) {}

    private final PeerKeys keys;
    private final String agent;
    private final InstantSource clock;
    private final ScheduledExecutorService loop;
    private final Supplier<List<Multiaddr>> addresses;
    private final Supplier<List<String>> protocols;
    private long lastSequence;

    Identify(TcpHost.Settings settings, Supplier<List<Multiaddr>> addresses, Supplier<List<String>> protocols) {
        this.keys = settings.keys();
        this.agent = settings.agent();
        this.clock = settings.clock();
        this.loop = settings.loop();
        this.addresses = addresses;
        this.protocols = protocols;
    }

    /** Answers on a stream that a peer opened. */
    void answer(HostStream stream, Optional<Multiaddr> observed) {
        new MessageStream(stream, IdentifyMessage.MAX_BYTES)
                .write(self(observed))
                .whenComplete((done, failure) -> {
                    stream.closeWrite();
                    endInTime(stream);
                });
    }

    /** Tells a peer over a stream of the push protocol. */
    void push(HostStream stream) {
        answer(stream, Optional.empty());
    }

    private static void ignore(HostStream stream) {
        stream.read().whenComplete((bytes, failure) -> {
            if (failure == null && !bytes.isEmpty()) {
                stream.reset();
            }
        });
    }

    private void endInTime(HostStream stream) {
        ignore(stream);
        Timers.run(loop, DEADLINE, stream::reset);
    }

    private ByteString self(Optional<Multiaddr> observed) {
        // Greater than in any earlier run, and than the last one in this run.
        lastSequence = Math.max(lastSequence + 1, clock.millis());
        List<Multiaddr> listening = addresses.get();
        ByteString payload = SignedPeerRecord.payload(keys.peerId(), lastSequence, listening);
        ByteString envelope = SignedPeerRecord.envelope(
                keys.publicKey().serialised(), payload, keys.sign(SignedPeerRecord.signedBytes(payload)));
        List<String> served = protocols.get();
        return new IdentifyMessage(
                        keys.publicKey().serialised(),
                        listening,
                        served.subList(0, Math.min(served.size(), IdentifyMessage.MAX_PROTOCOLS)),
                        observed,
                        PROTOCOL_VERSION,
                        agent,
                        Optional.of(envelope))
                .toBytes();
    }

    /** Reads what a peer says of itself, on either protocol. */
    CompletionStage<Answer> read(HostStream stream) {
        CompletableFuture<Answer> result = new CompletableFuture<>();
        Timers.run(loop, DEADLINE, () -> {
            if (result.completeExceptionally(new HostException(Reason.TIMEOUT, "expected an identify message"))) {
                stream.reset();
            }
        });
        readParts(new MessageStream(stream, IdentifyMessage.MAX_BYTES), ByteString.EMPTY, 0, result);
        return result;
    }

    private void readParts(MessageStream messages, ByteString sofar, int parts, CompletableFuture<Answer> result) {
        messages.read().whenComplete((part, failure) -> {
            if (failure != null) {
                result.completeExceptionally(Stages.cause(failure));
            } else if (part.isPresent() && parts < MAX_PARTS) {
                readParts(messages, sofar.concat(part.get()), parts + 1, result);
            } else {
                messages.stream().closeWrite();
                finish(messages.stream(), sofar, result);
            }
        });
    }

    private static void finish(HostStream stream, ByteString message, CompletableFuture<Answer> result) {
        try {
            result.complete(check(stream, IdentifyMessage.parse(message)));
        } catch (WireException e) {
            stream.reset();
            result.completeExceptionally(new HostException(Reason.PROTOCOL, "a bad identify message", e));
        }
    }

    private static Answer check(HostStream stream, IdentifyMessage message) {
        boolean foreign = !message.publicKey().isEmpty()
                && !PublicKeyBytes.parse(message.publicKey()).peerId().equals(stream.remote());
        if (foreign) {
            throw new WireException("expected the key of the connected peer, but found another");
        }
        List<Multiaddr> listening = message.signedPeerRecord()
                .map(envelope -> signedAddresses(stream, envelope))
                .orElse(message.listenAddresses());
        return new Answer(
                new PeerInfo(stream.remote(), listening, message.protocols(), message.agent()), message.observed());
    }

    private static List<Multiaddr> signedAddresses(HostStream stream, ByteString envelope) {
        SignedPeerRecord signed = SignedPeerRecord.parse(envelope);
        boolean valid = signed.peer().equals(stream.remote())
                && Signatures.verify(
                        PublicKeyBytes.parse(signed.publicKey()),
                        SignedPeerRecord.signedBytes(signed.payload()),
                        signed.signature());
        if (!valid) {
            throw new WireException("expected a peer record that its peer has signed, but found another");
        }
        return signed.addresses();
    }
}
