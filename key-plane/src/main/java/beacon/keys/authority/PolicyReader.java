package beacon.keys.authority;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads policies: {@code {"policies": {"audit": [{"kind": "role", "any": ["auditor"]}, …]}}}. All conditions of a policy
 * must hold.
 */
public final class PolicyReader {
    private static final Map<String, Function<JsonObject, Condition>> KINDS = kinds();

    private PolicyReader() {}

    private static Map<String, Function<JsonObject, Condition>> kinds() {
        Map<String, Function<JsonObject, Condition>> kinds = new LinkedHashMap<>();
        kinds.put("role", json -> new HasRole(strings(json, "any")));
        kinds.put(
                "hours",
                json -> new WithinHours(
                        LocalTime.parse(string(json, "from")),
                        LocalTime.parse(string(json, "to")),
                        ZoneId.of(json.has("zone") ? string(json, "zone") : "UTC")));
        kinds.put("approvals", json -> new Approved(json.get("count").getAsInt(), string(json, "role")));
        return kinds;
    }

    /**
     * Reads a document.
     *
     * @throws IllegalArgumentException when it is malformed, or names a kind that this version does not know: a
     *     condition that nobody understands must not be passed over
     */
    public static Map<String, List<Condition>> read(String json) {
        try {
            Map<String, List<Condition>> policies = new LinkedHashMap<>();
            JsonObject document = JsonParser.parseString(json).getAsJsonObject();
            for (Map.Entry<String, JsonElement> entry :
                    document.getAsJsonObject("policies").entrySet()) {
                List<Condition> conditions = new ArrayList<>();
                for (JsonElement element : entry.getValue().getAsJsonArray()) {
                    conditions.add(condition(element.getAsJsonObject()));
                }
                policies.put(entry.getKey(), List.copyOf(conditions));
            }
            return policies;
        } catch (JsonParseException
                | IllegalStateException
                | ClassCastException
                | NullPointerException
                | NumberFormatException
                | DateTimeException malformed) {
            throw new IllegalArgumentException("expected policies as JSON, but found something else", malformed);
        }
    }

    private static Condition condition(JsonObject json) {
        String kind = string(json, "kind");
        Function<JsonObject, Condition> reader = KINDS.get(kind);
        if (reader == null) {
            throw new IllegalArgumentException(
                    "expected a condition of kind %s, but found %s".formatted(String.join(", ", KINDS.keySet()), kind));
        }
        return reader.apply(json);
    }

    private static String string(JsonObject json, String name) {
        return json.get(name).getAsString();
    }

    private static List<String> strings(JsonObject json, String name) {
        return json.getAsJsonArray(name).asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }
}
