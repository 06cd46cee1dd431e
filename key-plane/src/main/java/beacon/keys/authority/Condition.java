package beacon.keys.authority;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something that must hold before what is under a policy is opened. Custodians know only this interface: another kind of
 * condition is a class and a line in {@link PolicyReader}.
 */
public interface Condition {
    /**
     * What a condition may look at. Everything in it is verified.
     *
     * @param roles of the subject that cover this policy
     * @param approvers roles by did:key, without the subject
     */
    record Situation(
            String subject,
            List<String> roles,
            String policy,
            String purpose,
            Map<String, List<String>> approvers,
            Instant now) {}

    /** Why not; empty when it holds. */
    Optional<String> refuses(Situation situation);
}
