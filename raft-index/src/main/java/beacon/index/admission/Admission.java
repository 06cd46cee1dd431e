package beacon.index.admission;

import beacon.index.log.Append;
import beacon.index.log.Precondition;
import beacon.index.log.RequestId;
import beacon.model.Address;
import beacon.model.MalformedAddress;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** Turns what a client sent into an append that the log can decide about, or into a refusal. Not thread-safe. */
public final class Admission {
    /** Events in one append at most. */
    public static final int MAX_EVENTS = 256;
    /** Preconditions in one append at most. */
    public static final int MAX_PRECONDITIONS = 256;
    /** Bytes of all events of one append at most. */
    public static final int MAX_APPEND_BYTES = 1 << 20;
    /** UTF-8 bytes of an actor at most; keeps a recorded event within a tile entry of 65,535 bytes. */
    public static final int MAX_ACTOR_BYTES = 512;

    private final EventRules rules = new EventRules();
    private final MessageDigest sha256;

    /** An admission for one thread. */
    public Admission() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected a JDK with SHA-256", e);
        }
    }

    /** What admission says. */
    public sealed interface Verdict {
        /** The append may be decided about. */
        record Admitted(Append append) implements Verdict {}

        /** It may not; nothing changed. */
        record Refused(Refusal refusal) implements Verdict {}
    }

    /** Judges one request of an authenticated actor. */
    public Verdict admit(String actor, AppendRequest request) {
        try {
            return new Verdict.Admitted(check(actor, request));
        } catch (Inadmissible e) {
            return new Verdict.Refused(e.refusal());
        }
    }

    private Append check(String actor, AppendRequest request) throws Inadmissible {
        if (actor.isEmpty() || actor.getBytes(StandardCharsets.UTF_8).length > MAX_ACTOR_BYTES) {
            throw new Inadmissible(Reason.UNAUTHENTICATED, "expected an identity of 1 to 512 bytes, but found other");
        }
        RequestId id = requestId(request.getRequestId());
        checkCounts(request);
        CustodyRules.refuseMixture(request.getEventsList());
        List<ByteString> events = new ArrayList<>(request.getEventsCount());
        int bytes = 0;
        for (Event event : request.getEventsList()) {
            ByteString admitted = rules.admit(event);
            bytes += admitted.size();
            events.add(admitted);
        }
        if (bytes > MAX_APPEND_BYTES) {
            throw new Inadmissible(
                    Reason.BATCH_TOO_LARGE,
                    "expected at most %d bytes of events in an append, but found %d; split it"
                            .formatted(MAX_APPEND_BYTES, bytes));
        }
        List<Precondition> preconditions = new ArrayList<>(request.getPreconditionsCount());
        for (var wanted : request.getPreconditionsList()) {
            preconditions.add(precondition(wanted));
        }
        return new Append(
                actor,
                id,
                fingerprint(actor, events, preconditions),
                request.getIssuedAtSequence(),
                preconditions,
                events);
    }

    private static RequestId requestId(ByteString bytes) throws Inadmissible {
        if (bytes.size() != RequestId.BYTES) {
            throw new Inadmissible(
                    Reason.MALFORMED_REQUEST,
                    "expected a request id of 16 bytes, but found %d".formatted(bytes.size()));
        }
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
        return new RequestId(buffer.getLong(), buffer.getLong());
    }

    private static void checkCounts(AppendRequest request) throws Inadmissible {
        if (request.getEventsCount() == 0) {
            throw new Inadmissible(Reason.MALFORMED_REQUEST, "expected at least one event, but found none");
        }
        if (request.getEventsCount() > MAX_EVENTS) {
            throw new Inadmissible(
                    Reason.BATCH_TOO_LARGE,
                    "expected at most %d events in an append, but found %d; split it"
                            .formatted(MAX_EVENTS, request.getEventsCount()));
        }
        if (request.getPreconditionsCount() > MAX_PRECONDITIONS) {
            throw new Inadmissible(
                    Reason.BATCH_TOO_LARGE,
                    "expected at most %d preconditions, but found %d"
                            .formatted(MAX_PRECONDITIONS, request.getPreconditionsCount()));
        }
        if (request.getIssuedAtSequence() < 0) {
            throw new Inadmissible(
                    Reason.MALFORMED_REQUEST, "expected issued_at_sequence below 2^63, but found a larger one");
        }
    }

    private static Precondition precondition(beacon.proto.v1.Precondition wanted) throws Inadmissible {
        if (wanted.getExpectedRevision() < 0) {
            throw new Inadmissible(
                    Reason.MALFORMED_REQUEST,
                    "expected a revision below 2^63 in a precondition, but found a larger one");
        }
        try {
            Address address = Address.parse(wanted.getAddress());
            if (!address.isLatest()) {
                throw new Inadmissible(
                        Reason.MALFORMED_ADDRESS,
                        "expected a precondition to name *^, but found %s".formatted(address.temporal()));
            }
            return new Precondition(address.key(), wanted.getExpectedRevision());
        } catch (MalformedAddress e) {
            throw new Inadmissible(Reason.MALFORMED_ADDRESS, String.valueOf(e.getMessage()));
        }
    }

    private long fingerprint(String actor, List<ByteString> events, List<Precondition> preconditions) {
        sha256.update(actor.getBytes(StandardCharsets.UTF_8));
        for (ByteString event : events) {
            sha256.update(lengthOf(event.size()));
            sha256.update(event.asReadOnlyByteBuffer());
        }
        for (Precondition wanted : preconditions) {
            byte[] key = wanted.key().getBytes(StandardCharsets.UTF_8);
            sha256.update(lengthOf(key.length));
            sha256.update(key);
            sha256.update(ByteBuffer.allocate(8).putLong(0, wanted.expectedRevision()));
        }
        return ByteBuffer.wrap(sha256.digest()).getLong();
    }

    private static byte[] lengthOf(int length) {
        return new byte[] {(byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length};
    }
}
