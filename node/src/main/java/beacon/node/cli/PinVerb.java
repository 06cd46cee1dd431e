package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.model.Cid;
import beacon.node.json.EventJson;
import beacon.proto.v1.PinState;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code beacon pin}: the artifacts that are kept. */
@Command(name = "pin", description = "List the artifacts that are kept, whatever points at them.")
final class PinVerb implements Runnable {
    private static final List<String> COLUMNS = List.of("cid", "groups", "revision", "placed", "actor");

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    PinVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "expected ls; put pins what it stores, and rm releases it");
    }

    @Command(name = "ls", description = "List them in the order of their CIDs.")
    void list(
            @Option(names = "--limit", paramLabel = "N", description = "At most so many.", defaultValue = "1000")
                    int limit,
            @Mixin MomentOptions moment) {
        List<JsonObject> rows = new ArrayList<>();
        try (BeaconClient client = moment.connect(session)) {
            moment.tombstones(session, client).pins(limit).forEach(pin -> rows.add(json(pin)));
        }
        session.output().rows(COLUMNS, rows);
    }

    private static JsonObject json(PinState pin) {
        JsonObject row = new JsonObject();
        row.addProperty("cid", Cid.of(pin.getManifestCid()).toString());
        row.addProperty("groups", pin.getGroups());
        row.addProperty("revision", pin.getRevision());
        row.addProperty("placed", EventJson.time(pin.getPlacedUnixMicros()));
        row.addProperty("placed_sequence", pin.getPlacedSequence());
        row.addProperty("changed_sequence", pin.getChangedSequence());
        row.addProperty("actor", pin.getActor());
        return row;
    }
}
