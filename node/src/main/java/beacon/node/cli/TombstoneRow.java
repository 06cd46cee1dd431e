package beacon.node.cli;

import beacon.model.Cid;
import beacon.node.json.EventJson;
import beacon.proto.v1.Deletion;
import beacon.proto.v1.TombstoneState;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tombstone as a row. */
final class TombstoneRow {
    static final List<String> COLUMNS =
            List.of("cid", "state", "votes", "needed", "retained_until", "addresses", "holds", "proposed", "reason");

    private TombstoneRow() {}

    static JsonObject json(Deletion deletion) {
        TombstoneState tombstone = deletion.getTombstone();
        JsonObject row = new JsonObject();
        row.addProperty("cid", Cid.of(tombstone.getManifestCid()).toString());
        row.addProperty("state", tombstone.getReleasedSequence() > 0 ? "released" : "open");
        row.addProperty("votes", tombstone.getVotesCount());
        row.addProperty("needed", deletion.getNeeded());
        row.addProperty("retained_until", timeOrNull(deletion.getRetainedUntilUnixMicros()));
        row.add("addresses", texts(deletion.getLiveAddressesList()));
        row.add("holds", texts(deletion.getHoldsList()));
        row.addProperty("proposed", timeOrNull(tombstone.getProposedUnixMicros()));
        row.addProperty("proposed_sequence", tombstone.getProposedSequence());
        row.addProperty("actor", tombstone.getActor());
        row.addProperty("reason", tombstone.getReason());
        row.addProperty("released", timeOrNull(tombstone.getReleasedUnixMicros()));
        row.addProperty("released_sequence", tombstone.getReleasedSequence());
        return row;
    }

    private static JsonArray texts(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    static @Nullable String timeOrNull(long unixMicros) {
        return unixMicros == 0 ? null : EventJson.time(unixMicros);
    }
}
