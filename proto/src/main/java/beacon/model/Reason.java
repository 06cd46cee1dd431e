package beacon.model;

import java.util.Arrays;

/** Why an answer is no, for programs. The numbers and names are those of the contract; {@code append.proto} explains. */
public enum Reason {
    /** One that this version does not know. */
    UNSPECIFIED(0),

    MALFORMED_ADDRESS(1),
    MALFORMED_CID(2),
    MALFORMED_REQUEST(3),
    UNKNOWN_EVENT_TYPE(4),

    UNKNOWN_ADDRESS(10),
    UNKNOWN_REVISION(11),
    UNKNOWN_MEMBER(12),

    REQUEST_ID_REUSED(20),
    MEMBER_EXISTS(21),

    STALE_REVISION(30),

    REQUEST_ID_TOO_OLD(40),
    UNKNOWN_REFERENCE(41),
    UNKNOWN_NODE(42),
    BEAT_OUT_OF_ORDER(43),
    MEMBERSHIP_CHANGE_UNSAFE(44),
    KEY_STATE_FORBIDS(45),
    TOMBSTONE_FORBIDS(46),

    BEYOND_END(50),
    BEFORE_BEGINNING(51),

    PAYLOAD_TOO_LARGE(60),
    BATCH_TOO_LARGE(61),
    TOO_BUSY(62),
    DISK_FULL(63),
    WATCHER_TOO_SLOW(64),
    TOO_MANY_STREAMS(65),
    LIMIT_REACHED(66),

    NOT_LEADER(70),
    NO_LEADER(71),
    STOPPING(72),
    CATCHING_UP(73),

    OUTCOME_UNKNOWN(80),

    PERMISSION_DENIED(90),
    UNAUTHENTICATED(91),

    HISTORY_DAMAGED(100),

    BUG(110);

    private static final Reason[] BY_NUMBER = byNumber();

    private final int number;

    Reason(int number) {
        this.number = number;
    }

    private static Reason[] byNumber() {
        int largest = Arrays.stream(values()).mapToInt(Reason::number).max().orElseThrow();
        Reason[] reasons = new Reason[largest + 1];
        Arrays.fill(reasons, UNSPECIFIED);
        for (Reason reason : values()) {
            reasons[reason.number] = reason;
        }
        return reasons;
    }

    /** Number in the contract and in storage; never changes. */
    public int number() {
        return number;
    }

    /** The reason with this number; {@link #UNSPECIFIED} for one that this version does not know. */
    public static Reason of(int number) {
        return number < 0 || number >= BY_NUMBER.length ? UNSPECIFIED : BY_NUMBER[number];
    }
}
