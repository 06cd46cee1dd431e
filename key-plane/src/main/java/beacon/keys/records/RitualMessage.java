package beacon.keys.records;

import beacon.keys.Entropy;
import beacon.keys.custody.Party;
import beacon.keys.primitives.Sha512;
import beacon.keys.proofs.Schnorr;
import beacon.keys.shares.Point;
import com.google.protobuf.ByteString;

/**
 * What one custodian says to all others in a ritual, signed, so that whoever carries it can neither change nor invent
 * it.
 *
 * @param sender seat in the plan; of a dealer, seat in the present record
 */
public record RitualMessage(int sender, Kind kind, ByteString payload, ByteString signature) {
    /** Largest payload: the contributions of 64 parties with room to spare. */
    public static final int MAX_PAYLOAD_BYTES = 16 * 1024;

    /** The rounds. The code is what stands in the signature and on the wire. */
    public enum Kind {
        ANNOUNCED(1),
        CONTRIBUTED(2),
        CERTIFIED(3),
        RECORDED(4),
        DEALT(5);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    public static RitualMessage sign(RitualPlan plan, Party sender, Kind kind, ByteString payload, Entropy entropy) {
        ByteString signature = sender.sign(toSign(plan, sender.index(), kind, payload), entropy);
        return new RitualMessage(sender.index(), kind, payload, signature);
    }

    /** True when the holder of the key said this in that ritual. */
    public boolean verifies(RitualPlan plan, Point senderKey) {
        return payload.size() <= MAX_PAYLOAD_BYTES
                && Schnorr.verify(senderKey, toSign(plan, sender, kind, payload), signature.toByteArray());
    }

    private static byte[] toSign(RitualPlan plan, int sender, Kind kind, ByteString payload) {
        return Sha512.of("beacon/ritual-message/v1")
                .field(plan.hash().toByteArray())
                .field(sender)
                .field(kind.code())
                .field(payload.toByteArray())
                .digest();
    }
}
