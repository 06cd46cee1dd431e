package beacon.node.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Messages of the contract as JSON: fields under their names in the contract, those with a default value left out,
 * whole numbers as numbers, enum values as words, bytes as {@link BytesForm} says.
 */
final class MessageJson {
    private MessageJson() {}

    static JsonObject print(Message message) {
        JsonObject object = new JsonObject();
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            if (field.isRepeated()) {
                JsonArray array = new JsonArray();
                ((List<?>) entry.getValue()).forEach(item -> array.add(value(field, item)));
                object.add(field.getName(), array);
            } else {
                object.add(field.getName(), value(field, entry.getValue()));
            }
        }
        return object;
    }

    private static JsonElement value(FieldDescriptor field, Object value) {
        return switch (field.getJavaType()) {
            case INT, LONG, FLOAT, DOUBLE -> new JsonPrimitive((Number) value);
            case BOOLEAN -> new JsonPrimitive((Boolean) value);
            case STRING -> new JsonPrimitive((String) value);
            case BYTE_STRING -> new JsonPrimitive(BytesForm.of(field).print((ByteString) value));
            case ENUM -> new JsonPrimitive(word((EnumValueDescriptor) value));
            case MESSAGE -> print((Message) value);
        };
    }

    /**
     * Fills a message from JSON.
     *
     * @throws JsonFormException for an unknown key, or a value of another form
     */
    static Message parse(JsonObject object, Message.Builder into, String at) {
        Descriptor type = into.getDescriptorForType();
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            String place = at + "." + entry.getKey();
            FieldDescriptor field = type.findFieldByName(entry.getKey());
            if (field == null) {
                throw new JsonFormException(
                        "expected one of " + names(type) + " in " + at + ", but found \"" + entry.getKey() + "\"");
            }
            if (field.isRepeated()) {
                for (JsonElement item : array(entry.getValue(), place)) {
                    into.addRepeatedField(field, parsed(field, item, into, place));
                }
            } else {
                into.setField(field, parsed(field, entry.getValue(), into, place));
            }
        }
        return into.build();
    }

    private static Object parsed(FieldDescriptor field, JsonElement value, Message.Builder parent, String at) {
        try {
            return switch (field.getJavaType()) {
                case INT -> value.getAsBigDecimal().intValueExact();
                case LONG -> value.getAsBigDecimal().longValueExact();
                case FLOAT, DOUBLE -> throw new JsonFormException("expected no fraction in " + at);
                case BOOLEAN -> value.getAsBoolean();
                case STRING -> string(value, at);
                case BYTE_STRING -> BytesForm.of(field).parse(string(value, at));
                case ENUM -> constant(field.getEnumType(), string(value, at), at);
                case MESSAGE -> parse(value.getAsJsonObject(), parent.newBuilderForField(field), at);
            };
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException | ClassCastException e) {
            throw new JsonFormException("expected " + form(field) + " at " + at + ", but found " + value, e);
        }
    }

    private static String form(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT, LONG -> "a whole number";
            case FLOAT, DOUBLE -> "a number";
            case BOOLEAN -> "true or false";
            case STRING -> "a text";
            case BYTE_STRING -> "bytes as " + BytesForm.of(field);
            case ENUM -> "a word";
            case MESSAGE -> "an object";
        };
    }

    private static String string(JsonElement value, String at) {
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
            return value.getAsString();
        }
        throw new JsonFormException("expected a text at " + at + ", but found " + value);
    }

    private static JsonArray array(JsonElement value, String at) {
        if (value.isJsonArray()) {
            return value.getAsJsonArray();
        }
        throw new JsonFormException("expected an array at " + at + ", but found " + value);
    }

    private static EnumValueDescriptor constant(EnumDescriptor type, String word, String at) {
        List<String> words = new ArrayList<>();
        for (EnumValueDescriptor candidate : type.getValues()) {
            if (word(candidate).equals(word)) {
                return candidate;
            }
            words.add(word(candidate));
        }
        throw new JsonFormException("expected one of " + words + " at " + at + ", but found \"" + word + "\"");
    }

    /** BEAT_KIND_PULSE of BeatKind is "pulse". */
    private static String word(EnumValueDescriptor value) {
        String prefix =
                value.getType().getName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT) + "_";
        String name = value.getName();
        return (name.startsWith(prefix) ? name.substring(prefix.length()) : name).toLowerCase(Locale.ROOT);
    }

    private static List<String> names(Descriptor type) {
        return type.getFields().stream().map(FieldDescriptor::getName).toList();
    }
}
