package beacon.keys.authority;

import beacon.keys.signatures.SignedStatement;
import java.time.Instant;

/**
 * One role holder's consent to another's opening of what is under one policy, signed by him.
 *
 * @param subject who may open
 * @param claim the approver's own
 */
public record Approval(String organisation, String subject, String policy, Instant notAfter, SignedStatement claim) {
    /** What an approver signs an approval for. */
    public static final String USE = "beacon/approval/v1";
}
