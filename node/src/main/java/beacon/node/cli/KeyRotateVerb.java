package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.Seat;
import beacon.node.custody.KeyLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code beacon key rotate}: a new key in the place of the active one. */
@Command(
        name = "rotate",
        description = {
            "Make a new key among the custodians of --key, and let it be the active one; the old one only opens then.",
            "Its record goes to --to. When that file is there, a rotation that was cut short goes on with it. Then run:"
                    + " beacon key rewrap."
        })
final class KeyRotateVerb implements Callable<Integer> {
    private final Session session;
    private final KeyVerb verb;

    @Mixin
    CustodyOptions key = new CustodyOptions();

    @Option(names = "--to", paramLabel = "FILE", required = true, description = "Record of the new key.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    Path to;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why, for the record.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    String reason;

    @Mixin
    RootOptions root = new RootOptions();

    KeyRotateVerb(Session session, KeyVerb verb) {
        this.session = session;
        this.verb = verb;
    }

    @Override
    public Integer call() {
        KeyRecord old = key.record(session);
        Path file = session.resolve(to);
        List<String> custodians =
                old.plan().seats().stream().map(Seat::endpoint).toList();
        KeyRecord fresh = Files.exists(file)
                ? CustodyOptions.record(file)
                : verb.ceremony(
                        file, custodians, old.key().threshold(), old.plan().keyKind(), root);
        try (BeaconClient client = session.connect()) {
            KeyActivateVerb.print(session, new KeyLog(client), fresh, old.keyId(), reason);
        }
        return 0;
    }
}
