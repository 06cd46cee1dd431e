package beacon.model;

import beacon.proto.v1.Event;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;

/** Messages with every field set, made from their descriptors: the same every time, and never forgotten for a new kind. */
public final class SampleEvents {
    private SampleEvents() {}

    /** One event of each kind. */
    public static List<Event> all() {
        List<Event> events = new ArrayList<>();
        for (FieldDescriptor kind : kinds()) {
            events.add(of(kind));
        }
        return events;
    }

    /** The fields of the event's body. */
    public static List<FieldDescriptor> kinds() {
        return Event.getDescriptor().getOneofs().get(0).getFields();
    }

    /** The event of this kind. */
    public static Event of(FieldDescriptor kind) {
        Event.Builder event = Event.newBuilder();
        return event.setField(kind, filled(event.newBuilderForField(kind))).build();
    }

    private static Message filled(Message.Builder message) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            boolean otherOfOneof = field.getContainingOneof() != null
                    && field.getContainingOneof().getField(0) != field;
            if (otherOfOneof) {
                continue;
            }
            if (field.isRepeated()) {
                message.addRepeatedField(field, value(message, field, 1));
                message.addRepeatedField(field, value(message, field, 2));
            } else {
                message.setField(field, value(message, field, 1));
            }
        }
        return message.build();
    }

    private static Object value(Message.Builder message, FieldDescriptor field, int which) {
        int seed = field.getNumber() * 1000 + which;
        return switch (field.getJavaType()) {
            case INT -> seed;
            case LONG -> seed * 1_000_003L;
            case STRING -> field.getName() + "-" + which;
            case BYTE_STRING -> ByteString.copyFromUtf8(field.getName() + "=" + seed);
            case BOOLEAN -> true;
            case FLOAT -> seed + 0.5f;
            case DOUBLE -> seed + 0.25;
            case ENUM -> field.getEnumType().getValues().get(1);
            case MESSAGE -> filled(message.newBuilderForField(field));
        };
    }
}
