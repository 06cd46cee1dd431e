package beacon.index.log;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * Events that one client wants to become history together, as admission let them pass.
 *
 * @param actor authenticated identity
 * @param fingerprint first 8 bytes of SHA-256 over actor and content; tells a retry from a reused request id
 * @param issuedAtSequence last sequence the client knew when it first sent this request; 0 when it did not say
 * @param events each the bytes of an event as the client sent it; at least one
 */
public record Append(
        String actor,
        RequestId requestId,
        long fingerprint,
        long issuedAtSequence,
        List<Precondition> preconditions,
        List<ByteString> events) {
    public Append {
        preconditions = List.copyOf(preconditions);
        events = List.copyOf(events);
        if (events.isEmpty()) {
            throw new IllegalArgumentException("expected at least one event, but found none");
        }
    }
}
