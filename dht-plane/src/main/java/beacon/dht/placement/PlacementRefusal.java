package beacon.dht.placement;

/** Why a block is not taken. The numbers are those of the protocol. */
public enum PlacementRefusal {
    /** The peer may not place blocks here. */
    NOT_AUTHORISED(1),
    /** There is no room for the block. */
    FULL(2),
    /** Blocks of this size are not taken. */
    TOO_LARGE(3),
    /** The bytes are not those of the id. */
    WRONG_HASH(4),
    /** The hash function of the id is not one that blocks may have. */
    UNKNOWN_HASH(5),
    /** Too much is under way; later it may be taken. */
    BUSY(6),
    /** The disk failed, or something that the other side does not say more about. */
    FAILED(7);

    private final int number;

    PlacementRefusal(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** The refusal with a number; what is not known yet is a failure. */
    static PlacementRefusal of(long number) {
        for (PlacementRefusal refusal : values()) {
            if (refusal.number == number) {
                return refusal;
            }
        }
        return FAILED;
    }
}
