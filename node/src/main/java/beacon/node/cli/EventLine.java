package beacon.node.cli;

import beacon.node.json.EventJson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A recorded event as one line: JSON, or sequence, time, actor, type and what it says. */
final class EventLine {
    private static final String PAYLOAD = "payload";
    private static final int MAX_VALUE_LENGTH = 96;

    private EventLine() {}

    static void print(Output output, ByteString bytes) {
        JsonObject event = EventJson.recorded(bytes);
        output.streamed(event, output.isJson() ? "" : text(event));
    }

    private static String text(JsonObject event) {
        List<String> words = new ArrayList<>();
        for (String key : List.of("sequence", "time", "actor", "type")) {
            words.add(event.get(key).getAsString());
        }
        if (event.has("revision")) {
            words.add("revision=" + event.get("revision").getAsString());
        }
        for (Map.Entry<String, JsonElement> entry :
                event.getAsJsonObject("event").entrySet()) {
            String value = Output.text(entry.getValue());
            words.add(entry.getKey() + "=" + shortened(entry.getKey().equals(PAYLOAD) ? payload(value) : value));
        }
        return String.join("  ", words);
    }

    /** Text as text, anything else by its size. */
    private static String payload(String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return "(" + bytes.length + " bytes)";
        }
    }

    /** What an agent wrote must not move the cursor or fill the screen. */
    private static String shortened(String value) {
        String visible = value.chars().anyMatch(Character::isISOControl) ? value.replaceAll("\\p{Cntrl}", "?") : value;
        int end =
                visible.offsetByCodePoints(0, Math.min(MAX_VALUE_LENGTH, visible.codePointCount(0, visible.length())));
        return end == visible.length() ? visible : visible.substring(0, end) + "…";
    }
}
