package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.model.Cid;
import beacon.node.json.EventJson;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.Event;
import beacon.proto.v1.HoldLifted;
import beacon.proto.v1.HoldPlaced;
import beacon.proto.v1.HoldState;
import com.google.gson.JsonObject;
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

/** {@code beacon hold}: artifacts that are not to be deleted, whatever else. */
@Command(name = "hold", description = "Keep an artifact from being deleted, whatever else; lift a hold; list them.")
final class HoldVerb implements Runnable {
    private static final List<String> COLUMNS = List.of("cid", "name", "since", "actor", "reason");
    private static final String ARTIFACT = "Address that points at it, or CID of its manifest.";
    private static final String NAME = "Name of the hold; an artifact may have several.";

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    HoldVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "expected add, lift or ls");
    }

    @Command(name = "add", description = "Hold an artifact; ends a deletion that is under way. Needs an operator.")
    void add(
            @Parameters(paramLabel = "ARTIFACT", description = ARTIFACT) String artifact,
            @Option(names = "--name", required = true, paramLabel = "NAME", description = NAME) String name,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Why.", defaultValue = "") String reason) {
        append(
                artifact,
                name,
                manifest -> Event.newBuilder()
                        .setHoldPlaced(HoldPlaced.newBuilder()
                                .setManifestCid(manifest.bytes())
                                .setName(name)
                                .setReason(reason))
                        .build());
    }

    @Command(name = "lift", description = "End a hold. Needs an operator.")
    void lift(
            @Parameters(paramLabel = "ARTIFACT", description = ARTIFACT) String artifact,
            @Option(names = "--name", required = true, paramLabel = "NAME", description = NAME) String name,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Why.", defaultValue = "") String reason) {
        append(
                artifact,
                name,
                manifest -> Event.newBuilder()
                        .setHoldLifted(HoldLifted.newBuilder()
                                .setManifestCid(manifest.bytes())
                                .setName(name)
                                .setReason(reason))
                        .build());
    }

    private void append(String artifact, String name, Function<Cid, Event> event) {
        try (BeaconClient client = session.connect()) {
            Cid manifest = ArtifactNames.manifest(client, artifact);
            Accepted accepted = BeaconClient.await(client.append(event.apply(manifest)));
            JsonObject result = new JsonObject();
            result.addProperty("cid", manifest.toString());
            result.addProperty("name", name);
            result.addProperty("sequence", accepted.getFirstSequence());
            session.output().object(result);
        }
    }

    @Command(name = "ls", description = "List all holds.")
    void list(@Mixin MomentOptions moment) {
        List<JsonObject> rows = new ArrayList<>();
        try (BeaconClient client = moment.connect(session)) {
            moment.tombstones(session, client).holds().forEach(hold -> rows.add(json(hold)));
        }
        session.output().rows(COLUMNS, rows);
    }

    private static JsonObject json(HoldState hold) {
        JsonObject row = new JsonObject();
        row.addProperty("cid", Cid.of(hold.getManifestCid()).toString());
        row.addProperty("name", hold.getName());
        row.addProperty("since", EventJson.time(hold.getUnixMicros()));
        row.addProperty("sequence", hold.getSequence());
        row.addProperty("actor", hold.getActor());
        row.addProperty("reason", hold.getReason());
        return row;
    }
}
