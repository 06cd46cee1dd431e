package beacon.node.cli;

import beacon.dht.wire.WireException;
import beacon.node.dht.DhtText;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon dht provide}: tells the network who has some content. */
@Command(
        name = "provide",
        description =
                "Announce contents. A record lives 48 h at other peers; with --stay this one also keeps them there.")
final class DhtProvideVerb implements Runnable {

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "CID", arity = "1..*")
    private List<String> cids = List.of();

    @Mixin
    private DhtOptions options = new DhtOptions();

    @Option(names = "--stay", description = "Stay reachable and announce again in time, until stopped.")
    private boolean stay;

    DhtProvideVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        List<ByteString> contents = cids.stream().map(this::content).toList();
        try (DhtVisit visit = DhtVisit.serving(session, options)) {
            for (int i = 0; i < contents.size(); i++) {
                JsonObject result = visit.await(
                        "announcing " + cids.get(i), visit.commands().provide(contents.get(i)));
                JsonObject row = new JsonObject();
                row.addProperty("cid", cids.get(i));
                result.entrySet().forEach(member -> row.add(member.getKey(), member.getValue()));
                session.output()
                        .streamed(
                                row,
                                cids.get(i) + " told " + result.get("stored").getAsInt() + " peers");
            }
            session.output().flush();
            if (stay) {
                CountDownLatch stopped = new CountDownLatch(1);
                Shutdown.onSignal(visit::close, stopped);
                Shutdown.await(stopped);
            }
        }
    }

    private ByteString content(String cid) {
        try {
            return DhtText.content(cid);
        } catch (WireException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), cid + ": " + e.getMessage());
        }
    }
}
