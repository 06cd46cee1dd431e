package beacon.keys.custodian;

import beacon.model.Event.KeyState;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a custodian heard from the log, on its disk, so that a start goes on from there. Written after everything that it
 * tells of is on disk, too; whatever is later is heard again. Without the file the log is heard from its beginning.
 */
final class HeardFile {
    private static final String NAME = "heard.json";
    private static final String FORMAT = "heard-log/1";

    private final StateFiles files;

    HeardFile(Path directory) {
        this.files = new StateFiles(directory);
    }

    /**
     * What it holds.
     *
     * @param told names of the revocations that the log has
     */
    record Heard(
            LogPlace place,
            SortedMap<ByteString, KeyState> states,
            SortedMap<ByteString, Integer> epochs,
            SortedSet<String> told) {}

    void write(Heard heard) {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("heard", heard.place().heard());
        json.addProperty("anchor", heard.place().anchor());
        json.addProperty("anchorHash", hex(heard.place().anchorHash()));
        JsonObject states = new JsonObject();
        heard.states().forEach((key, state) -> states.addProperty(hex(key), state.name()));
        json.add("states", states);
        JsonObject epochs = new JsonObject();
        heard.epochs().forEach((key, epoch) -> epochs.addProperty(hex(key), epoch));
        json.add("epochs", epochs);
        JsonArray told = new JsonArray();
        heard.told().forEach(told::add);
        json.add("told", told);
        files.write(NAME, (json + "\n").getBytes(StandardCharsets.UTF_8));
    }

    Optional<Heard> read() {
        return Optional.ofNullable(files.readAll().get(NAME)).map(HeardFile::parse);
    }

    private static Heard parse(byte[] file) {
        try {
            JsonObject json = JsonParser.parseString(new String(file, StandardCharsets.UTF_8))
                    .getAsJsonObject();
            if (!json.get("format").getAsString().equals(FORMAT)) {
                throw new IllegalStateException("another format");
            }
            LogPlace place = new LogPlace(
                    json.get("heard").getAsLong(),
                    json.get("anchor").getAsLong(),
                    bytes(json.get("anchorHash").getAsString()));
            SortedMap<ByteString, KeyState> states = map();
            for (Map.Entry<String, JsonElement> state :
                    json.getAsJsonObject("states").entrySet()) {
                states.put(
                        bytes(state.getKey()), KeyState.valueOf(state.getValue().getAsString()));
            }
            SortedMap<ByteString, Integer> epochs = map();
            for (Map.Entry<String, JsonElement> epoch :
                    json.getAsJsonObject("epochs").entrySet()) {
                epochs.put(bytes(epoch.getKey()), epoch.getValue().getAsInt());
            }
            TreeSet<String> told = new TreeSet<>();
            json.getAsJsonArray("told").forEach(name -> told.add(name.getAsString()));
            return new Heard(place, states, epochs, told);
        } catch (RuntimeException damaged) {
            throw new CustodianException(
                    "expected what was heard from the log (%s) in %s; without the file it is heard again from its beginning"
                            .formatted(FORMAT, NAME),
                    damaged);
        }
    }

    static <V> SortedMap<ByteString, V> map() {
        return new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }
}
