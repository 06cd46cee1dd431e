package beacon.node.cli;

import beacon.model.Cid;
import beacon.node.json.EventJson;
import beacon.proto.v1.Pointer;
import com.google.gson.JsonObject;
import java.util.List;

/** A pointer as a row. */
final class PointerRow {
    static final List<String> COLUMNS = List.of("address", "revision", "sequence", "time", "cid");

    private PointerRow() {}

    static JsonObject json(Pointer pointer) {
        JsonObject row = new JsonObject();
        row.addProperty("address", pointer.getAddress());
        row.addProperty("revision", pointer.getRevision());
        row.addProperty("sequence", pointer.getSequence());
        row.addProperty("time", EventJson.time(pointer.getTimeUnixMicros()));
        row.addProperty("cid", Cid.of(pointer.getCid()).toString());
        return row;
    }
}
