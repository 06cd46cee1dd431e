package beacon.keys.records;

import beacon.keys.custody.ResharePlan;
import beacon.keys.custody.Session;
import beacon.keys.primitives.Sha512;
import beacon.keys.shares.Point;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What all custodians agree on before a ritual. Everything they sign in it covers the plan's bytes, so two custodians
 * with different plans do not come to a key.
 *
 * @param encoded the very bytes that were agreed on
 * @param previousRecord hash of the present record; empty for a ceremony
 * @param dealers seats in the present record; empty for a ceremony
 */
public record RitualPlan(
        ByteString encoded,
        Kind kind,
        ByteString sessionId,
        String organisation,
        KeyKind keyKind,
        int threshold,
        List<Seat> seats,
        Instant deadline,
        ByteString previousRecord,
        SortedSet<Integer> dealers) {
    /** Bytes of a session id. */
    public static final int SESSION_ID_BYTES = 32;

    /** What the ritual is for. */
    public enum Kind {
        CEREMONY,
        RESHARE
    }

    public RitualPlan {
        Words.require("organisation", organisation);
        seats = List.copyOf(seats);
        dealers = Collections.unmodifiableSortedSet(new TreeSet<>(dealers));
        if (sessionId.size() != SESSION_ID_BYTES) {
            throw new BadRecordException(
                    "expected a session id of %d bytes, but found %d".formatted(SESSION_ID_BYTES, sessionId.size()));
        }
        if (seats.isEmpty() || seats.size() > Session.MAX_PARTIES || threshold < 1 || threshold > seats.size()) {
            throw new BadRecordException("expected a threshold from 1 to n, and n at most %d, but found %d of %d"
                    .formatted(Session.MAX_PARTIES, threshold, seats.size()));
        }
        if (seats.stream().map(Seat::name).distinct().count() != seats.size()) {
            throw new BadRecordException("expected custodians of different names, but found one name twice");
        }
        if ((kind == Kind.RESHARE) == (previousRecord.isEmpty() || dealers.isEmpty())) {
            throw new BadRecordException("expected a present record and dealers for a resharing only");
        }
    }

    /** What signatures and proofs of the ritual are bound to. */
    public ByteString hash() {
        return ByteString.copyFrom(
                Sha512.of("beacon/ritual-plan/v1").field(encoded.toByteArray()).digest(32));
    }

    /** What a dealer signs to consent to a resharing. */
    public byte[] consent() {
        return Sha512.of("beacon/ritual-consent/v1").field(hash().toByteArray()).digest();
    }

    /** Name of the fragments that come of it. */
    public String ritualId() {
        StringBuilder text = new StringBuilder();
        for (byte b : sessionId.toByteArray()) {
            text.append(Character.forDigit(b >> 4 & 0xf, 16)).append(Character.forDigit(b & 0xf, 16));
        }
        return text.toString();
    }

    public Session session() {
        try {
            return new Session(sessionId, threshold, ceremonyKeys(), hash());
        } catch (IllegalArgumentException unfit) {
            throw new BadRecordException(String.valueOf(unfit.getMessage()));
        }
    }

    /** The resharing of the key of this record. */
    public ResharePlan resharing(KeyRecord present) {
        if (!present.hash().equals(previousRecord)) {
            throw new BadRecordException("expected the record that the plan names, but found another one");
        }
        try {
            return new ResharePlan(
                    hash(), present.key(), dealers, present.plan().ceremonyKeys(), threshold, ceremonyKeys());
        } catch (IllegalArgumentException unfit) {
            throw new BadRecordException(String.valueOf(unfit.getMessage()));
        }
    }

    public List<Point> ceremonyKeys() {
        return seats.stream().map(Seat::ceremonyKey).toList();
    }

    public Seat seat(int index) {
        return seats.get(index - 1);
    }

    public boolean hasSeat(int index) {
        return index >= 1 && index <= seats.size();
    }

    /** Index of a custodian in this plan. */
    public Optional<Integer> indexOf(Seat holder) {
        for (int index = 1; index <= seats.size(); index++) {
            if (seat(index).sameHolder(holder)) {
                return Optional.of(index);
            }
        }
        return Optional.empty();
    }
}
