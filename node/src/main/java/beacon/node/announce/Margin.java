package beacon.node.announce;

import beacon.dht.Exchanges;
import beacon.dht.Host;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.ProtoReader;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What a storage node says of its announcements when it is asked under a protocol of Beacon's own: {@code {1: contents, 2:
 * milliseconds until the first of their records expires, absent when there is nothing to announce, 3: 1 when it hears the
 * log}}.
 *
 * @param smallest empty when there is nothing to announce; zero when a record has expired or was never made
 * @param hearsLog whether what it announces is what the log has just now
 */
public record Margin(long contents, Optional<Duration> smallest, boolean hearsLog) {
    /** Protocol id. */
    public static final String PROTOCOL = "/beacon/margin/1.0.0";

    static final int MAX_BYTES = 64;
    private static final int MAX_FIELDS = 8;

    ByteString encode() {
        ProtoWriter out = new ProtoWriter().integer(1, contents);
        smallest.ifPresent(margin -> out.integer(2, Math.max(0, margin.toMillis())));
        return out.integer(3, hearsLog ? 1 : 0).toByteString();
    }

    static Margin decode(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, MAX_FIELDS);
        long contents = 0;
        Optional<Duration> smallest = Optional.empty();
        boolean hearsLog = false;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> contents = in.integer();
                case 2 -> smallest = Optional.of(Duration.ofMillis(in.integer()));
                case 3 -> hearsLog = in.integer() == 1;
                default -> in.skip();
            }
        }
        if (contents < 0 || smallest.filter(Duration::isNegative).isPresent()) {
            throw new WireException("expected a margin of at least 0, but found a negative number");
        }
        return new Margin(contents, smallest, hearsLog);
    }

    /**
     * Asks a node whose addresses the host knows; on the loop.
     *
     * @return fails as the host's streams do
     */
    public static CompletionStage<Margin> ask(Host host, PeerId node, Duration timeout) {
        Exchanges.Terms terms = new Exchanges.Terms(List.of(PROTOCOL), MAX_BYTES, timeout);
        ByteString question = new ProtoWriter().integer(1, 1).toByteString();
        return Exchanges.ask(host, node, question, terms).thenApply(Margin::decode);
    }
}
