package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.model.Cid;
import beacon.proto.v1.EndangeredGroup;
import beacon.proto.v1.ListEndangeredReply;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code repair}: what is not whole. */
@Command(name = "repair", description = "Show which artifacts have not all their shards.")
final class RepairVerb implements Runnable {
    private static final List<String> COLUMNS = List.of("manifest", "group", "whole", "columns", "needed", "margin");

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    RepairVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "expected ls");
    }

    @Command(name = "ls", description = "List the groups of shards that are not whole, the least likely to last first.")
    void list(
            @Option(names = "--limit", paramLabel = "N", description = "Groups to show.", defaultValue = "100")
                    int limit,
            @Mixin MomentOptions moment) {
        List<JsonObject> rows = new ArrayList<>();
        try (BeaconClient client = moment.connect(session)) {
            ListEndangeredReply reply = moment.catalogue(session, client).endangered(limit);
            reply.getGroupsList().forEach(group -> rows.add(json(group)));
        }
        session.output().rows(COLUMNS, rows);
    }

    private static JsonObject json(EndangeredGroup endangered) {
        JsonObject row = new JsonObject();
        row.addProperty(
                "manifest", Cid.of(endangered.getGroup().getManifestCid()).toString());
        row.addProperty("group", endangered.getGroup().getGroup());
        row.addProperty("whole", endangered.getWhole());
        row.addProperty("columns", endangered.getGroup().getColumnsCount());
        row.addProperty("needed", endangered.getGroup().getDataShards());
        row.addProperty("margin", endangered.getMargin());
        return row;
    }
}
