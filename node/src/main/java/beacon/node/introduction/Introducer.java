package beacon.node.introduction;

import beacon.dht.Exchanges;
import beacon.dht.Host;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.ProtoReader;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Introduces this process to storage nodes. Used on the host's loop. */
public final class Introducer {
    private static final int MAX_ANSWER_BYTES = 2 << 10;
    private static final int MAX_FIELDS = 8;

    private final Host host;
    private final Credentials credentials;
    private final Duration timeout;

    public Introducer(Host host, Credentials credentials, Duration timeout) {
        this.host = host;
        this.credentials = credentials;
        this.timeout = timeout;
    }

    /**
     * Introduces this process to a peer, whose addresses the host knows.
     *
     * @return fails with {@link IntroductionException} when the peer does not accept it, and as the host's streams do
     */
    public CompletionStage<Void> introduceTo(PeerId peer) {
        ByteString message = credentials.introduce(host.id(), peer).encode();
        Exchanges.Terms terms = new Exchanges.Terms(List.of(Introduction.PROTOCOL), MAX_ANSWER_BYTES, timeout);
        return Exchanges.ask(host, peer, message, terms).thenAccept(answer -> requireAccepted(peer, answer));
    }

    private static void requireAccepted(PeerId peer, ByteString answer) {
        ProtoReader in = new ProtoReader(answer, MAX_FIELDS);
        long accepted = 0;
        ByteString reason = ByteString.EMPTY;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> accepted = in.integer();
                case 2 -> reason = in.bytes(MAX_ANSWER_BYTES);
                default -> in.skip();
            }
        }
        if (accepted != 1) {
            throw new IntroductionException(
                    "expected node %s to accept this process, but it said: %s".formatted(peer, reason.toStringUtf8()));
        }
    }
}
