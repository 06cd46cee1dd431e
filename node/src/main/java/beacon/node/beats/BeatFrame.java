package beacon.node.beats;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A frame of {@code backbeat.beatframe.v1}. Fields that are not known are passed over; those that are must be what they
 * should be. Nothing is ever ordered by its hybrid clock, so that this is looked at and not kept.
 *
 * @param windowId of the bar; empty when the frame says none
 * @param beat its length, by the tempo
 */
public record BeatFrame(String clusterId, long beatIndex, boolean downbeat, String windowId, Duration beat) {
    /** Larger frames are dropped unread. */
    public static final int MAX_BYTES = 16_384;

    private static final String TYPE = "backbeat.beatframe.v1";
    private static final int MAX_LABEL_BYTES = 128;
    /** Whole numbers that any JSON library keeps. */
    private static final BigDecimal MAX_INDEX = BigDecimal.valueOf((1L << 53) - 1);

    private static final BigDecimal MAX_BPM = BigDecimal.valueOf(6_000);
    private static final BigDecimal MIN_BPM = new BigDecimal("0.0006");
    private static final double MINUTE_MILLIS = 60_000;
    private static final List<String> PHASES = List.of("plan", "execute", "review");

    /**
     * Reads a frame.
     *
     * @throws IllegalArgumentException if it is none, saying why
     */
    public static BeatFrame parse(byte[] bytes) {
        JsonObject frame = object(bytes);
        if (!text(frame, "type").equals(TYPE)) {
            throw new IllegalArgumentException("expected the type " + TYPE + ", but found another one");
        }
        if (frame.has("phase") && !PHASES.contains(text(frame, "phase"))) {
            throw new IllegalArgumentException("expected one of " + PHASES + " as phase, but found another one");
        }
        if (frame.has("hlc")) {
            text(frame, "hlc");
        }
        if (frame.has("deadline_at")) {
            deadline(text(frame, "deadline_at"));
        }
        BigDecimal bpm = number(frame, "tempo_bpm", MIN_BPM, MAX_BPM);
        BigDecimal index = number(frame, "beat_index", BigDecimal.ZERO, MAX_INDEX);
        try {
            return new BeatFrame(
                    text(frame, "cluster_id"),
                    index.longValueExact(),
                    frame.has("downbeat") && flag(frame, "downbeat"),
                    frame.has("window_id") ? text(frame, "window_id") : "",
                    Duration.ofMillis(Math.round(MINUTE_MILLIS / bpm.doubleValue())));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("expected a whole number as beat_index, but found a fraction", e);
        }
    }

    private static JsonObject object(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            JsonReader reader = new JsonReader(new StringReader(text));
            reader.setStrictness(Strictness.STRICT);
            JsonElement read = JsonParser.parseReader(reader);
            if (read.isJsonObject() && reader.peek() == JsonToken.END_DOCUMENT) {
                return read.getAsJsonObject();
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("expected UTF-8, but found something else", e);
        } catch (JsonParseException | IOException e) {
            throw new IllegalArgumentException("expected one JSON object, but found: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("expected one JSON object, but found something else");
    }

    private static Optional<JsonPrimitive> primitive(JsonObject frame, String key) {
        @Nullable JsonElement value = frame.get(key);
        return value != null && value.isJsonPrimitive() ? Optional.of(value.getAsJsonPrimitive()) : Optional.empty();
    }

    private static IllegalArgumentException unexpected(String key, String what) {
        return new IllegalArgumentException("expected " + what + " as " + key + ", but found something else");
    }

    private static String text(JsonObject frame, String key) {
        return primitive(frame, key)
                .filter(JsonPrimitive::isString)
                .map(JsonPrimitive::getAsString)
                .filter(BeatFrame::isLabel)
                .orElseThrow(() -> unexpected(key, "a text of at most " + MAX_LABEL_BYTES + " bytes"));
    }

    private static boolean isLabel(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length <= MAX_LABEL_BYTES
                && text.codePoints().noneMatch(Character::isISOControl);
    }

    private static boolean flag(JsonObject frame, String key) {
        return primitive(frame, key)
                .filter(JsonPrimitive::isBoolean)
                .map(JsonPrimitive::getAsBoolean)
                .orElseThrow(() -> unexpected(key, "true or false"));
    }

    private static BigDecimal number(JsonObject frame, String key, BigDecimal least, BigDecimal most) {
        try {
            return primitive(frame, key)
                    .filter(JsonPrimitive::isNumber)
                    .map(JsonPrimitive::getAsBigDecimal)
                    .filter(value -> value.compareTo(least) >= 0 && value.compareTo(most) <= 0)
                    .orElseThrow(() -> unexpected(key, "a number from " + least + " to " + most));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a number as " + key + ", but found something else", e);
        }
    }

    private static void deadline(String text) {
        try {
            Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("expected a time as deadline_at, but found something else", e);
        }
    }
}
