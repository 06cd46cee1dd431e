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
    private static final String FORMAT = "heard-log/2";
    /** Did not know of wraps that were erased: what it passed over has to be heard again. */
    private static final String BEFORE_ERASURE = "heard-log/1";

    private final StateFiles files;

    HeardFile(Path directory) {
        this.files = new StateFiles(directory);
    }

    /**
     * What it holds.
     *
     * @param told names of the revocations that the log has
     * @param erased how many wraps of each key were erased
     */
    record Heard(
            LogPlace place,
            SortedMap<ByteString, KeyState> states,
            SortedMap<ByteString, Integer> epochs,
            SortedSet<String> told,
            SortedMap<ByteString, Integer> erased) {}

    void write(Heard heard) {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("heard", heard.place().heard());
        json.addProperty("anchor", heard.place().anchor());
        json.addProperty("anchorHash", hex(heard.place().anchorHash()));
        JsonObject states = new JsonObject();
        heard.states().forEach((key, state) -> states.addProperty(hex(key), state.name()));
        json.add("states", states);
        json.add("epochs", numbers(heard.epochs()));
        json.add("erased", numbers(heard.erased()));
        JsonArray told = new JsonArray();
        heard.told().forEach(told::add);
        json.add("told", told);
        files.write(NAME, (json + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObject numbers(SortedMap<ByteString, Integer> ofKeys) {
        JsonObject json = new JsonObject();
        ofKeys.forEach((key, number) -> json.addProperty(hex(key), number));
        return json;
    }

    private static SortedMap<ByteString, Integer> numbers(JsonObject json) {
        SortedMap<ByteString, Integer> ofKeys = map();
        json.entrySet()
                .forEach(
                        each -> ofKeys.put(bytes(each.getKey()), each.getValue().getAsInt()));
        return ofKeys;
    }

    Optional<Heard> read() {
        return Optional.ofNullable(files.readAll().get(NAME)).flatMap(HeardFile::parse);
    }

    private static Optional<Heard> parse(byte[] file) {
        try {
            JsonObject json = JsonParser.parseString(new String(file, StandardCharsets.UTF_8))
                    .getAsJsonObject();
            if (json.get("format").getAsString().equals(BEFORE_ERASURE)) {
                return Optional.empty();
            }
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
            TreeSet<String> told = new TreeSet<>();
            json.getAsJsonArray("told").forEach(name -> told.add(name.getAsString()));
            return Optional.of(new Heard(
                    place,
                    states,
                    numbers(json.getAsJsonObject("epochs")),
                    told,
                    numbers(json.getAsJsonObject("erased"))));
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
