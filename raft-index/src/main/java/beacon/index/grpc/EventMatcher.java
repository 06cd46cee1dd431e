package beacon.index.grpc;

import beacon.index.log.Recorded;
import beacon.index.state.RecordedCodec;
import beacon.model.Reason;
import beacon.proto.v1.Event;
import beacon.proto.v1.EventFilter;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which recorded events a stream carries. */
final class EventMatcher {
    private static final int MAX_ITEMS = 64;

    private final String prefix;
    private final Set<Integer> types;
    private final Set<String> actors;

    EventMatcher(EventFilter filter) {
        if (filter.getEventTypesCount() > MAX_ITEMS || filter.getActorsCount() > MAX_ITEMS) {
            throw Calls.refused(
                    Reason.BATCH_TOO_LARGE,
                    "expected at most 64 event types and 64 actors in a filter, but found more");
        }
        for (int type : filter.getEventTypesList()) {
            if (Event.getDescriptor().findFieldByNumber(type) == null) {
                throw Calls.refused(
                        Reason.UNKNOWN_EVENT_TYPE,
                        "expected field numbers of Event.body in a filter, but found " + type);
            }
        }
        prefix = filter.getAddressPrefix();
        types = new LinkedHashSet<>(filter.getEventTypesList());
        actors = new LinkedHashSet<>(filter.getActorsList());
    }

    boolean matchesAll() {
        return prefix.isEmpty() && types.isEmpty() && actors.isEmpty();
    }

    boolean matches(byte[] buffer, int length) {
        if (matchesAll()) {
            return true;
        }
        Recorded recorded = RecordedCodec.decode(Arrays.copyOf(buffer, length));
        if (!actors.isEmpty() && !actors.contains(recorded.actor())) {
            return false;
        }
        String key = recorded.event().addressKey();
        if (!prefix.isEmpty() && (key == null || !key.startsWith(prefix))) {
            return false;
        }
        return types.isEmpty() || types.contains(typeOf(recorded));
    }

    private static int typeOf(Recorded recorded) {
        try {
            return Event.parseFrom(recorded.eventBytes()).getBodyCase().getNumber();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("expected the bytes of an event, but found others", e);
        }
    }
}
