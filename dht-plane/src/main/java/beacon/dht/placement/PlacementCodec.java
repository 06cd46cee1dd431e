package beacon.dht.placement;

import beacon.dht.wire.ProtoReader;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import beacon.model.MalformedCid;
import com.google.protobuf.ByteString;

/**
 * Messages of {@code /beacon/store/1.0.0}: an {@link Offer}, a {@link Reply}, when that says so the bytes of the block,
 * and a last {@link Reply}. Each has its length in front.
 */
final class PlacementCodec {
    /** Longest message beside the block. */
    static final int MAX_MESSAGE_BYTES = 2048;

    private static final int MAX_FIELDS = 16;
    private static final int MAX_TEXT_BYTES = 512;

    private PlacementCodec() {}

    /** A block that the opener has. */
    record Offer(Cid cid, long sizeBytes) {}

    /** What a reply means. */
    enum Status {
        SEND(1),
        STORED(2),
        REFUSED(3);

        private final int number;

        Status(int number) {
            this.number = number;
        }

        static Status of(long number) {
            for (Status status : values()) {
                if (status.number == number) {
                    return status;
                }
            }
            throw new WireException("expected a status of 1 to 3, but found " + number);
        }
    }

    /**
     * An answer of the storer.
     *
     * @param receipt with STORED only
     */
    record Reply(Status status, PlacementRefusal refusal, String message, ByteString receipt) {
        static Reply send() {
            return new Reply(Status.SEND, PlacementRefusal.FAILED, "", ByteString.EMPTY);
        }

        static Reply stored(Receipt receipt) {
            return new Reply(Status.STORED, PlacementRefusal.FAILED, "", receipt.signed());
        }

        static Reply refused(PlacementRefusal refusal, String message) {
            return new Reply(Status.REFUSED, refusal, message, ByteString.EMPTY);
        }
    }

    static ByteString encode(Offer offer) {
        return new ProtoWriter()
                .bytes(1, offer.cid().bytes())
                .integer(2, offer.sizeBytes())
                .toByteString();
    }

    static Offer decodeOffer(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, MAX_FIELDS);
        ByteString cid = ByteString.EMPTY;
        long size = -1;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> cid = in.bytes(Cid.MAX_BYTES);
                case 2 -> size = in.integer();
                default -> in.skip();
            }
        }
        if (size < 0) {
            throw new WireException("expected the size of a block, but found " + size);
        }
        try {
            return new Offer(Cid.of(cid), size);
        } catch (MalformedCid e) {
            throw new WireException("expected the id of a block, but found other bytes", e);
        }
    }

    static ByteString encode(Reply reply) {
        ProtoWriter out = new ProtoWriter().integer(1, reply.status().number);
        return switch (reply.status()) {
            case SEND -> out.toByteString();
            case STORED -> out.bytes(4, reply.receipt()).toByteString();
            case REFUSED ->
                out.integer(2, reply.refusal().number())
                        .text(3, cut(reply.message()))
                        .toByteString();
        };
    }

    private static String cut(String message) {
        return message.length() > MAX_TEXT_BYTES / 4 ? message.substring(0, MAX_TEXT_BYTES / 4) : message;
    }

    static Reply decodeReply(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, MAX_FIELDS);
        long status = 0;
        long refusal = 0;
        String message = "";
        ByteString receipt = ByteString.EMPTY;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> status = in.integer();
                case 2 -> refusal = in.integer();
                case 3 -> message = in.text(MAX_TEXT_BYTES);
                case 4 -> receipt = in.bytes(Receipt.MAX_BYTES);
                default -> in.skip();
            }
        }
        return new Reply(Status.of(status), PlacementRefusal.of(refusal), message, receipt);
    }
}
