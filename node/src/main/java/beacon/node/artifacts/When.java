package beacon.node.artifacts;

import beacon.proto.v1.Consistency;
import com.google.protobuf.Message;
import java.util.OptionalLong;

/**
 * The moment that projections are asked about.
 *
 * @param consistency of what is asked about now, and of where the log ends
 * @param sequence after this entry of the log; empty: now, or the time
 * @param unixMicros after the last entry of this time or before; empty: now, or the sequence
 */
public record When(Consistency consistency, OptionalLong sequence, OptionalLong unixMicros) {
    /** What was acknowledged before the question. */
    public static final When NOW =
            new When(Consistency.CONSISTENCY_LINEARIZABLE, OptionalLong.empty(), OptionalLong.empty());

    /** After an entry of the log instead. */
    public When after(long sequence) {
        return new When(consistency, OptionalLong.of(sequence), OptionalLong.empty());
    }

    /** Whether it is the present. */
    public boolean isNow() {
        return sequence.isEmpty() && unixMicros.isEmpty();
    }

    /** Puts it into a request of the query service, all of which have the same names for it. */
    <B extends Message.Builder> B in(B request) {
        set(request, "consistency", consistency.getValueDescriptor());
        sequence.ifPresent(value -> set(request, "as_of_sequence", value));
        unixMicros.ifPresent(value -> set(request, "as_of_unix_micros", value));
        return request;
    }

    private static void set(Message.Builder request, String field, Object value) {
        request.setField(request.getDescriptorForType().findFieldByName(field), value);
    }
}
