package beacon.keys.records;

import beacon.keys.custody.OrgKey;
import beacon.keys.shares.Point;
import beacon.proto.v1.DealerConsent;
import beacon.proto.v1.KeyRecordBody;
import beacon.proto.v1.RitualKind;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Plans, messages and records to bytes and back. */
public final class RecordCodec {
    /** Longest plan or record that is read: 64 seats with their slot keys. */
    public static final int MAX_BYTES = 256 * 1024;

    private static final String TEXT_HEAD = "beacon-key-record/1\n";

    private RecordCodec() {}

    /** Encodes a seat. */
    public static beacon.proto.v1.Seat encode(Seat seat) {
        return beacon.proto.v1.Seat.newBuilder()
                .setName(seat.name())
                .setEndpoint(seat.endpoint())
                .setCeremonyKey(seat.ceremonyKey().toByteString())
                .setSlotKey(seat.slotKey())
                .build();
    }

    /** Reads a seat. */
    public static Seat decode(beacon.proto.v1.Seat seat) {
        return new Seat(seat.getName(), seat.getEndpoint(), point(seat.getCeremonyKey()), seat.getSlotKey());
    }

    /** The plan of a ceremony. */
    public static RitualPlan ceremony(
            ByteString sessionId,
            String organisation,
            KeyKind kind,
            int threshold,
            List<Seat> seats,
            Instant deadline) {
        return decodePlan(plan(sessionId, organisation, kind, threshold, seats, deadline)
                .setKind(RitualKind.RITUAL_KIND_CEREMONY)
                .build()
                .toByteString());
    }

    /** The plan of a resharing. */
    public static RitualPlan reshare(
            ByteString sessionId,
            KeyRecord present,
            Iterable<Integer> dealers,
            int threshold,
            List<Seat> seats,
            Instant deadline) {
        return decodePlan(
                plan(sessionId, present.plan().organisation(), present.plan().keyKind(), threshold, seats, deadline)
                        .setKind(RitualKind.RITUAL_KIND_RESHARE)
                        .setPreviousRecord(present.hash())
                        .addAllDealers(dealers)
                        .build()
                        .toByteString());
    }

    private static beacon.proto.v1.RitualPlan.Builder plan(
            ByteString sessionId,
            String organisation,
            KeyKind kind,
            int threshold,
            List<Seat> seats,
            Instant deadline) {
        return beacon.proto.v1.RitualPlan.newBuilder()
                .setSessionId(sessionId)
                .setOrganisation(organisation)
                .setKeyKind(
                        kind == KeyKind.INTERNAL
                                ? beacon.proto.v1.KeyKind.KEY_KIND_INTERNAL
                                : beacon.proto.v1.KeyKind.KEY_KIND_DROP_BOX)
                .setThreshold(threshold)
                .addAllSeats(seats.stream().map(RecordCodec::encode).toList())
                .setDeadlineUnixMillis(deadline.toEpochMilli());
    }

    /** Reads a plan. */
    public static RitualPlan decodePlan(ByteString encoded) {
        beacon.proto.v1.RitualPlan plan = parse(encoded, beacon.proto.v1.RitualPlan.parser());
        RitualPlan.Kind kind = switch (plan.getKind()) {
            case RITUAL_KIND_CEREMONY -> RitualPlan.Kind.CEREMONY;
            case RITUAL_KIND_RESHARE -> RitualPlan.Kind.RESHARE;
            case RITUAL_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new BadRecordException("expected a ceremony or a resharing, but found another ritual");
        };
        KeyKind keyKind = switch (plan.getKeyKind()) {
            case KEY_KIND_INTERNAL -> KeyKind.INTERNAL;
            case KEY_KIND_DROP_BOX -> KeyKind.DROP_BOX;
            case KEY_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new BadRecordException("expected an internal or a drop-box key, but found another kind");
        };
        return new RitualPlan(
                encoded,
                kind,
                plan.getSessionId(),
                plan.getOrganisation(),
                keyKind,
                plan.getThreshold(),
                plan.getSeatsList().stream().map(RecordCodec::decode).toList(),
                Instant.ofEpochMilli(plan.getDeadlineUnixMillis()),
                plan.getPreviousRecord(),
                new TreeSet<>(plan.getDealersList()));
    }

    /** Encodes a message. */
    public static beacon.proto.v1.RitualMessage encode(RitualMessage message) {
        return beacon.proto.v1.RitualMessage.newBuilder()
                .setSender(message.sender())
                .setKindValue(message.kind().code())
                .setPayload(message.payload())
                .setSignature(message.signature())
                .build();
    }

    /** Reads a message; that it is signed is not yet known. */
    public static RitualMessage decode(beacon.proto.v1.RitualMessage message) {
        RitualMessage.Kind kind = switch (message.getKind()) {
            case RITUAL_MESSAGE_KIND_ANNOUNCED -> RitualMessage.Kind.ANNOUNCED;
            case RITUAL_MESSAGE_KIND_CONTRIBUTED -> RitualMessage.Kind.CONTRIBUTED;
            case RITUAL_MESSAGE_KIND_CERTIFIED -> RitualMessage.Kind.CERTIFIED;
            case RITUAL_MESSAGE_KIND_RECORDED -> RitualMessage.Kind.RECORDED;
            case RITUAL_MESSAGE_KIND_DEALT -> RitualMessage.Kind.DEALT;
            case RITUAL_MESSAGE_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new BadRecordException("expected a known kind of message, but found another one");
        };
        return new RitualMessage(message.getSender(), kind, message.getPayload(), message.getSignature());
    }

    /** What holders sign at the end of a ritual. */
    static ByteString body(RitualPlan plan, OrgKey key, ByteString transcriptHash) {
        return KeyRecordBody.newBuilder()
                .setPlan(plan.encoded())
                .setPublicKey(key.publicKey().toByteString())
                .addAllShareKeys(
                        key.shareKeys().stream().map(Point::toByteString).toList())
                .setEpoch(key.epoch())
                .setTranscriptHash(transcriptHash)
                .build()
                .toByteString();
    }

    /** Encodes a record. */
    public static beacon.proto.v1.KeyRecord encode(KeyRecord record) {
        beacon.proto.v1.KeyRecord.Builder builder =
                beacon.proto.v1.KeyRecord.newBuilder().setBody(record.body()).addAllSignatures(record.signatures());
        for (Map.Entry<Integer, ByteString> consent : record.consents().entrySet()) {
            builder.addConsents(
                    DealerConsent.newBuilder().setDealer(consent.getKey()).setSignature(consent.getValue()));
        }
        return builder.build();
    }

    /** Reads a record and checks all its signatures. */
    public static KeyRecord decode(beacon.proto.v1.KeyRecord record) {
        KeyRecordBody body = parse(record.getBody(), KeyRecordBody.parser());
        RitualPlan plan = decodePlan(body.getPlan());
        List<Point> shareKeys = new ArrayList<>();
        body.getShareKeysList().forEach(encoded -> shareKeys.add(point(encoded)));
        TreeMap<Integer, ByteString> consents = new TreeMap<>();
        record.getConsentsList().forEach(consent -> consents.put(consent.getDealer(), consent.getSignature()));
        try {
            OrgKey key = new OrgKey(point(body.getPublicKey()), plan.threshold(), shareKeys, body.getEpoch());
            return new KeyRecord(
                            record.getBody(), plan, key, body.getTranscriptHash(), record.getSignaturesList(), consents)
                    .verified();
        } catch (IllegalArgumentException unfit) {
            throw new BadRecordException(String.valueOf(unfit.getMessage()));
        }
    }

    /** The binary form of a record, for files. */
    public static byte[] toBytes(KeyRecord record) {
        return encode(record).toByteArray();
    }

    /** Reads the binary form and checks all signatures. */
    public static KeyRecord ofBytes(byte[] bytes) {
        return decode(parse(ByteString.copyFrom(bytes), beacon.proto.v1.KeyRecord.parser()));
    }

    /** A record as a text file: a line that names the format, then base64. */
    public static String print(KeyRecord record) {
        return TEXT_HEAD
                + Base64.getMimeEncoder(76, new byte[] {'\n'})
                        .encodeToString(encode(record).toByteArray())
                + "\n";
    }

    /** Reads what {@link #print} wrote. */
    public static KeyRecord parse(String text) {
        if (!text.startsWith(TEXT_HEAD) || text.length() > 2 * MAX_BYTES) {
            throw new BadRecordException("expected a file that starts with " + TEXT_HEAD.strip());
        }
        try {
            byte[] bytes = Base64.getMimeDecoder()
                    .decode(text.substring(TEXT_HEAD.length()).getBytes(StandardCharsets.US_ASCII));
            return decode(parse(ByteString.copyFrom(bytes), beacon.proto.v1.KeyRecord.parser()));
        } catch (IllegalArgumentException damaged) {
            throw new BadRecordException("expected base64 in a key record");
        }
    }

    private static <T> T parse(ByteString bytes, com.google.protobuf.Parser<T> parser) {
        if (bytes.size() > MAX_BYTES) {
            throw new BadRecordException("expected at most %d bytes, but found %d".formatted(MAX_BYTES, bytes.size()));
        }
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException malformed) {
            throw new BadRecordException("expected a plan or a record, but found other bytes");
        }
    }

    private static Point point(ByteString encoded) {
        return Point.decodePrimeOrder(encoded.toByteArray())
                .orElseThrow(() -> new BadRecordException("expected a key of prime order, but found other bytes"));
    }
}
