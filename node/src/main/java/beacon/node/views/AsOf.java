package beacon.node.views;

import beacon.proto.v1.Consistency;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.OptionalLong;

/** The moment that a question is about: now, after an entry of the log, or at a time. */
record AsOf(Consistency consistency, OptionalLong sequence, OptionalLong unixMicros) {
    /** Of a request, all of which have the same names for it. */
    static AsOf of(Message request) {
        FieldDescriptor consistency = request.getDescriptorForType().findFieldByName("consistency");
        int asked = ((EnumValueDescriptor) request.getField(consistency)).getNumber();
        Consistency known = Consistency.forNumber(asked);
        return new AsOf(
                known == null ? Consistency.UNRECOGNIZED : known,
                number(request, "as_of_sequence"),
                number(request, "as_of_unix_micros"));
    }

    private static OptionalLong number(Message request, String name) {
        FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
        return request.hasField(field) ? OptionalLong.of((Long) request.getField(field)) : OptionalLong.empty();
    }

    boolean isNow() {
        return sequence.isEmpty() && unixMicros.isEmpty();
    }
}
