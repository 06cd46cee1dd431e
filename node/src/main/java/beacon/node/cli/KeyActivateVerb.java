package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.keys.records.KeyRecord;
import beacon.node.custody.KeyLog;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.KeyState;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code beacon key activate}: lets the log say which key writers seal to. */
@Command(
        name = "activate",
        description = {
            "Let the log call the key of --key the active one; custodians that follow the log open nothing before.",
            "With --replaces the key of another record only opens from then on. Needs an operator."
        })
final class KeyActivateVerb implements Callable<Integer> {
    private final Session session;

    @Mixin
    CustodyOptions key = new CustodyOptions();

    @Option(names = "--replaces", paramLabel = "FILE", description = "Record of the key that was active before.")
    @Nullable
    Path replaces;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why, for the record.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    String reason;

    KeyActivateVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        ByteString before = replaces == null
                ? ByteString.EMPTY
                : CustodyOptions.record(session.resolve(replaces)).keyId();
        try (BeaconClient client = session.connect()) {
            print(session, new KeyLog(client), key.record(session), before, reason);
        }
        return 0;
    }

    /** @param before the key in whose place it comes; it is replaced if it is still the active one */
    static void print(Session session, KeyLog log, KeyRecord record, ByteString before, String reason) {
        boolean replaces = !before.isEmpty()
                && log.lastChange(before)
                        .filter(KeyState.KEY_STATE_ACTIVE::equals)
                        .isPresent();
        Accepted accepted = log.activate(record, replaces ? before : ByteString.EMPTY, reason);
        JsonObject result = new JsonObject();
        result.addProperty("key", HexFormat.of().formatHex(record.keyId().toByteArray()));
        result.addProperty("recipient", record.key().recipient().toString());
        result.addProperty("state", "ACTIVE");
        result.addProperty("sequence", accepted.getFirstSequence() + accepted.getCount() - 1);
        session.output().object(result);
    }
}
