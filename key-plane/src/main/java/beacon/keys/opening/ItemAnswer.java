package beacon.keys.opening;

import com.google.protobuf.ByteString;

/**
 * A custodian's answer to one wrap. As secret as the file key once t are together.
 *
 * @param partial encoded partial; empty when refused
 * @param slotShare for a hybrid wrap, the share of the second secret
 * @param refused why not; empty when answered
 */
public record ItemAnswer(ByteString partial, ByteString slotShare, String refused) {
    public static ItemAnswer refused(String reason) {
        return new ItemAnswer(ByteString.EMPTY, ByteString.EMPTY, reason);
    }

    public boolean isRefused() {
        return !refused.isEmpty();
    }

    @Override
    public String toString() {
        return isRefused() ? "ItemAnswer[refused: " + refused + "]" : "ItemAnswer[hidden]";
    }
}
