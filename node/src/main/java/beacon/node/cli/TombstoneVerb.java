package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.model.Cid;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.Event;
import beacon.proto.v1.TombstoneProposed;
import beacon.proto.v1.TombstoneWithdrawn;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon tombstone}: what is to be deleted, and taking it back. */
@Command(name = "tombstone", description = "List what is to be deleted or was; propose a deletion; take one back.")
final class TombstoneVerb implements Runnable {
    private static final String ARTIFACT = "Address that points at it, or CID of its manifest.";

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    TombstoneVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "expected ls, propose or withdraw");
    }

    @Command(name = "ls", description = "List open tombstones, or what was released.")
    void list(
            @Option(names = "--released", description = "What was deleted, in the order of the log.") boolean released,
            @Option(names = "--limit", paramLabel = "N", description = "At most so many.", defaultValue = "1000")
                    int limit,
            @Mixin MomentOptions moment) {
        List<JsonObject> rows = new ArrayList<>();
        try (BeaconClient client = moment.connect(session)) {
            moment.tombstones(session, client)
                    .list(released, limit)
                    .forEach(deletion -> rows.add(TombstoneRow.json(deletion)));
        }
        session.output().rows(TombstoneRow.COLUMNS, rows);
    }

    @Command(name = "propose", description = "Propose to delete an artifact. Needs an operator.")
    void propose(
            @Parameters(paramLabel = "ARTIFACT", description = ARTIFACT) String artifact,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.") String reason) {
        append(
                artifact,
                manifest -> Event.newBuilder()
                        .setTombstoneProposed(TombstoneProposed.newBuilder()
                                .setManifestCid(manifest.bytes())
                                .setReason(reason))
                        .build());
    }

    @Command(
            name = "withdraw",
            description = "Take a deletion back, which is possible until it is released. Needs an operator.")
    void withdraw(
            @Parameters(paramLabel = "ARTIFACT", description = ARTIFACT) String artifact,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.") String reason) {
        append(
                artifact,
                manifest -> Event.newBuilder()
                        .setTombstoneWithdrawn(TombstoneWithdrawn.newBuilder()
                                .setManifestCid(manifest.bytes())
                                .setReason(reason))
                        .build());
    }

    private void append(String artifact, java.util.function.Function<Cid, Event> event) {
        try (BeaconClient client = session.connect()) {
            Cid manifest = ArtifactNames.manifest(client, artifact);
            Accepted accepted = BeaconClient.await(client.append(event.apply(manifest)));
            JsonObject result = new JsonObject();
            result.addProperty("cid", manifest.toString());
            result.addProperty("sequence", accepted.getFirstSequence());
            session.output().object(result);
        }
    }
}
