package beacon.node.cli;

import beacon.proto.v1.Consistency;
import beacon.proto.v1.ReadPosition;
import com.google.gson.JsonObject;
import picocli.CommandLine.Option;

/** Options of every verb that reads the index. */
final class ReadOptions {
    @Option(names = "--stale", description = "Take what one member has at once, and say how old it may be.")
    private boolean stale;

    Consistency consistency() {
        return stale ? Consistency.CONSISTENCY_STALE : Consistency.CONSISTENCY_LINEARIZABLE;
    }

    static JsonObject json(ReadPosition position) {
        JsonObject object = new JsonObject();
        object.addProperty("sequence", position.getSequence());
        object.addProperty("linearizable", position.getConsistency() == Consistency.CONSISTENCY_LINEARIZABLE);
        object.addProperty("age_millis", position.getAgeMillis());
        return object;
    }
}
