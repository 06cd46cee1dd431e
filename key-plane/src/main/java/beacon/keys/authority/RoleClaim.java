package beacon.keys.authority;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;

/**
 * The organisation says: this subject has this role.
 *
 * @param subject did:key
 * @param actions what the role may do
 * @param policies that it covers; {@code *} for all
 */
public record RoleClaim(
        ByteString id,
        String organisation,
        String subject,
        String role,
        List<String> actions,
        List<String> policies,
        Instant notBefore,
        Instant notAfter) {
    /** What the root signs a claim for. */
    public static final String USE = "beacon/role-claim/v1";

    /** May open wraps that are bound to a policy. */
    public static final String OPEN = "open";

    /** May open what anybody's {@code age} encrypted to a drop-box key. */
    public static final String INTAKE = "intake";

    /** May approve what others open. */
    public static final String APPROVE = "approve";

    /** Bytes of a claim's id. */
    public static final int ID_BYTES = 16;

    public RoleClaim {
        actions = List.copyOf(actions);
        policies = List.copyOf(policies);
    }

    boolean isValidAt(Instant now) {
        return !now.isBefore(notBefore) && now.isBefore(notAfter);
    }

    boolean covers(String action, String policy) {
        return actions.contains(action) && (policies.contains("*") || policies.contains(policy));
    }
}
