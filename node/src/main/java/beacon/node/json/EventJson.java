package beacon.node.json;

import beacon.proto.v1.Event;
import beacon.proto.v1.RecordedEvent;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.io.StringReader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * The one JSON form of events. Proposed: {@code {"type": "pointer_set", "event": {…}}}. Recorded: the same with
 * sequence, term, time (ISO 8601), actor and the rest beside it.
 */
public final class EventJson {
    private static final String TYPE = "type";
    private static final String EVENT = "event";

    private EventJson() {}

    /** What the log holds, from the exact bytes of a recorded event. */
    public static JsonObject recorded(ByteString bytes) {
        RecordedEvent event;
        try {
            event = RecordedEvent.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new JsonFormException("expected the bytes of a recorded event, but found something else", e);
        }
        JsonObject object = new JsonObject();
        object.addProperty("sequence", event.getSequence());
        object.addProperty("term", event.getTerm());
        object.addProperty("time", time(event.getTimeUnixMicros()));
        object.addProperty("actor", event.getActor());
        object.addProperty("request_id", BytesForm.HEX.print(event.getRequestId()));
        object.addProperty("ordinal", event.getOrdinal());
        object.addProperty("count", event.getCount());
        if (event.getRevision() != 0) {
            object.addProperty("revision", event.getRevision());
        }
        if (event.getPrevious() != 0) {
            object.addProperty("previous", event.getPrevious());
        }
        proposed(event.getEvent()).entrySet().forEach(entry -> object.add(entry.getKey(), entry.getValue()));
        return object;
    }

    /** What a client proposes. An event of a later version than this command has the type "unknown". */
    public static JsonObject proposed(Event event) {
        JsonObject object = new JsonObject();
        Map<FieldDescriptor, Object> fields = event.getAllFields();
        if (fields.isEmpty()) {
            object.addProperty(TYPE, "unknown");
            object.add(EVENT, new JsonObject());
            return object;
        }
        Map.Entry<FieldDescriptor, Object> body = fields.entrySet().iterator().next();
        object.addProperty(TYPE, body.getKey().getName());
        object.add(EVENT, MessageJson.print((Message) body.getValue()));
        return object;
    }

    /**
     * Reads a proposed event.
     *
     * @throws JsonFormException when the text is none
     */
    public static Event parse(String text) {
        JsonObject object = object(text);
        for (String key : object.keySet()) {
            if (!key.equals(TYPE) && !key.equals(EVENT)) {
                throw new JsonFormException("expected the keys type and event, but found \"" + key + "\"");
            }
        }
        JsonElement type = object.get(TYPE);
        JsonElement body = object.get(EVENT);
        if (type == null || !type.isJsonPrimitive() || body == null || !body.isJsonObject()) {
            throw new JsonFormException("expected {\"type\": TYPE, \"event\": {…}}, but found something else");
        }
        FieldDescriptor field = Event.getDescriptor().findFieldByName(type.getAsString());
        if (field == null) {
            throw new JsonFormException(
                    "expected a type among " + types() + ", but found \"" + type.getAsString() + "\"");
        }
        Event.Builder event = Event.newBuilder();
        Message parsed = MessageJson.parse(body.getAsJsonObject(), event.newBuilderForField(field), EVENT);
        return event.setField(field, parsed).build();
    }

    /** Every type there is. */
    public static List<String> types() {
        return Event.getDescriptor().getFields().stream()
                .map(FieldDescriptor::getName)
                .toList();
    }

    /** Field number of a type, as filters use it; 0 when there is no such type. */
    public static int typeNumber(String type) {
        FieldDescriptor field = Event.getDescriptor().findFieldByName(type);
        return field == null ? 0 : field.getNumber();
    }

    /** Microseconds since 1970 as ISO 8601. */
    public static String time(long unixMicros) {
        return Instant.EPOCH.plus(unixMicros, ChronoUnit.MICROS).toString();
    }

    private static JsonObject object(String text) {
        try {
            JsonReader reader = new JsonReader(new StringReader(text));
            reader.setStrictness(Strictness.STRICT);
            JsonElement element = JsonParser.parseReader(reader);
            if (element.isJsonObject()) {
                return element.getAsJsonObject();
            }
        } catch (JsonParseException e) {
            throw new JsonFormException("expected a JSON object, but found something else", e);
        }
        throw new JsonFormException("expected a JSON object, but found something else");
    }
}
