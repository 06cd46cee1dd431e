package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.model.Address;
import beacon.model.PolicyNames;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.Event;
import beacon.proto.v1.PolicyChanged;
import beacon.proto.v1.RetentionState;
import beacon.proto.v1.Setting;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon retention}: how long artifacts are kept at least. */
@Command(
        name = "retention",
        description = {
            "Set and list how long what was put under a prefix is kept at least, counted from when it was put.",
            "An artifact is kept as its addresses demand, the past ones too; of an address the longest prefix counts."
        })
final class RetentionVerb implements Runnable {
    private static final List<String> COLUMNS = List.of("scope", "keep", "sequence");

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    RetentionVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "expected set or ls");
    }

    @Command(
            name = "set",
            description = "Set it for a prefix; an exception from a shorter one is 0s. Needs an operator.")
    void set(
            @Parameters(paramLabel = "PREFIX", description = "Beginning of an address; \"\" for all.") String prefix,
            @Parameters(paramLabel = "TIME", description = "Such as 30d, 12h or 0s.") String keep) {
        if (PolicyNames.keep(keep).isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "expected a time such as 30d, 12h, 90m or 0s, but found \"" + keep + '"');
        }
        Event event = Event.newBuilder()
                .setPolicyChanged(PolicyChanged.newBuilder()
                        .setName(PolicyNames.RETENTION)
                        .setScope(Address.keyPrefix(prefix))
                        .addSettings(
                                Setting.newBuilder().setKey(PolicyNames.KEEP).setValue(keep)))
                .build();
        try (BeaconClient client = session.connect()) {
            Accepted accepted = BeaconClient.await(client.append(event));
            JsonObject result = new JsonObject();
            result.addProperty("scope", Address.keyPrefix(prefix));
            result.addProperty("keep", keep);
            result.addProperty("sequence", accepted.getFirstSequence());
            session.output().object(result);
        }
    }

    @Command(name = "ls", description = "List the rules.")
    void list(@Mixin MomentOptions moment) {
        List<JsonObject> rows = new ArrayList<>();
        try (BeaconClient client = moment.connect(session)) {
            moment.tombstones(session, client).retention().forEach(rule -> rows.add(json(rule)));
        }
        session.output().rows(COLUMNS, rows);
    }

    private static JsonObject json(RetentionState rule) {
        JsonObject row = new JsonObject();
        row.addProperty("scope", rule.getScope());
        row.addProperty("keep", Duration.ofSeconds(rule.getSeconds()).toString());
        row.addProperty("seconds", rule.getSeconds());
        row.addProperty("sequence", rule.getChangedSequence());
        return row;
    }
}
