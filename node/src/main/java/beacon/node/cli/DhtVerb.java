package beacon.node.cli;

import beacon.dht.wire.WireException;
import beacon.node.dht.DhtText;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon dht}: asks a DHT, or takes part in one. */
@Command(
        name = "dht",
        description = "Ask a DHT of libp2p peers, or take part in it.",
        footerHeading = "%nKeys:%n",
        footer = {
            "  A KEY is hex:BYTES, a peer id, a CID, or else the text itself; records are /test/KEY.",
            "  An ADDR is a multiaddr that ends with /p2p and a peer id."
        })
final class DhtVerb implements Runnable {
    private static final List<String> PEER_COLUMNS = List.of("id", "addrs");

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    DhtVerb(Session session) {
        this.session = session;
    }

    /** The verb with its subcommands. */
    static CommandLine of(Session session) {
        return new CommandLine(new DhtVerb(session))
                .addSubcommand(new DhtShellVerb(session))
                .addSubcommand(new DhtProvideVerb(session));
    }

    @Override
    public void run() {
        throw usage("expected peers, closest, find-providers, ping, get, put, provide or shell");
    }

    @Command(name = "peers", description = "Peers that a newcomer finds: its routing table after the first round.")
    void peers(@Mixin DhtOptions options) {
        try (DhtVisit visit = DhtVisit.joined(session, options)) {
            printPeers(visit.peers());
        }
    }

    @Command(name = "closest", description = "The peers closest to a key that answer, closest first.")
    void closest(@Parameters(paramLabel = "KEY") String key, @Mixin DhtOptions options) {
        ByteString raw = parsed(key, DhtText::key);
        try (DhtVisit visit = DhtVisit.connected(session, options)) {
            print(visit.await("closest peers", visit.commands().closest(raw)), "peers");
        }
    }

    @Command(name = "find-providers", description = "Peers that have some content.")
    void findProviders(
            @Parameters(paramLabel = "CID") String cid,
            @Option(names = "--count", paramLabel = "N", defaultValue = "20", description = "Enough (default: 20).")
                    int count,
            @Mixin DhtOptions options) {
        ByteString multihash = parsed(cid, DhtText::content);
        if (count < 1) {
            throw usage("expected --count of at least 1, but found " + count);
        }
        try (DhtVisit visit = DhtVisit.connected(session, options)) {
            JsonObject found = visit.await("providers", visit.commands().findProviders(multihash, count));
            print(found, "providers");
            if (found.getAsJsonArray("providers").isEmpty()) {
                session.output().flush();
                throw new Failure("NOT_FOUND", "expected a provider of " + cid + ", but found none");
            }
        }
    }

    @Command(name = "ping", description = "Round trips to a peer.")
    void ping(
            @Parameters(paramLabel = "ADDR", description = "A peer id is enough when a bootstrap peer knows it.")
                    String address,
            @Option(names = "--count", paramLabel = "N", defaultValue = "1", description = "Default: 1.") int count,
            @Mixin DhtOptions options) {
        if (count < 1) {
            throw usage("expected --count of at least 1, but found " + count);
        }
        var peer = parsed(address, DhtText::reachable);
        try (DhtVisit visit =
                peer.addresses().isEmpty() ? DhtVisit.connected(session, options) : DhtVisit.alone(session, options)) {
            session.output().object(visit.await("ping", visit.ping(peer, count)));
        }
    }

    @Command(name = "get", description = "The best value that the peers closest to a key have.")
    void get(@Parameters(paramLabel = "KEY") String key, @Mixin DhtOptions options) {
        try (DhtVisit visit = DhtVisit.connected(session, options)) {
            JsonObject found = visit.await("value", visit.commands().get(DhtText.recordKey(key)));
            if (found.get("value").isJsonNull()) {
                throw new Failure("NOT_FOUND", "expected a value under " + key + ", but found none");
            }
            session.output().object(found);
        }
    }

    @Command(name = "put", description = "Store a value at the peers closest to a key.")
    void put(
            @Parameters(index = "0", paramLabel = "KEY") String key,
            @Parameters(index = "1", paramLabel = "VALUE") String value,
            @Mixin DhtOptions options) {
        try (DhtVisit visit = DhtVisit.connected(session, options)) {
            ByteString bytes = ByteString.copyFromUtf8(value);
            session.output().object(visit.await("put", visit.commands().put(DhtText.recordKey(key), bytes)));
        }
    }

    private void print(JsonObject result, String peers) {
        if (session.output().isJson()) {
            session.output().object(result);
        } else {
            printPeers(result.getAsJsonArray(peers));
        }
    }

    private void printPeers(Iterable<JsonElement> peers) {
        List<JsonObject> rows = new ArrayList<>();
        peers.forEach(peer -> rows.add(peer.getAsJsonObject()));
        session.output().rows(PEER_COLUMNS, rows);
    }

    private <T> T parsed(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (WireException e) {
            throw usage(text + ": " + e.getMessage());
        }
    }

    private CommandLine.ParameterException usage(String text) {
        return new CommandLine.ParameterException(spec.commandLine(), text);
    }
}
