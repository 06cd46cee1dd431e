package beacon.keys.authority;

import beacon.keys.opening.OpenRequest;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyKind;
import beacon.keys.signatures.OrgRoot;
import beacon.keys.signatures.Signature;
import beacon.keys.signatures.SignedStatement;
import beacon.keys.signatures.SubjectKey;
import beacon.model.Reason;
import beacon.model.Refusal;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides about requests: time and replay, then who asks, then budget, then claims and conditions of each wrap. What is
 * not allowed is refused.
 *
 * <p>With a pinned root, the subject is the key that signed the request, and its roles are those that the root has
 * claimed. Without one, for a set-up of a few people, the certificate is the subject and its kind the only role. Not
 * thread-safe.
 */
public final class Authority {
    /** What a reader signs a request for. */
    public static final String REQUEST_USE = "beacon/open-request/v1";

    private final String organisation;
    private final Optional<OrgRoot> root;
    private final Map<String, List<Condition>> policies;
    private final Budgets budgets;
    private final ReplayGuard replays;
    private final Set<ByteString> revokedClaims = new LinkedHashSet<>();

    /**
     * An authority.
     *
     * @param policies conditions by policy; a policy that is not in it has none beside a claim that covers it
     */
    public Authority(
            String organisation,
            Optional<OrgRoot> root,
            Map<String, List<Condition>> policies,
            Budgets budgets,
            ReplayGuard replays) {
        this.organisation = organisation;
        this.root = root;
        this.policies = new LinkedHashMap<>(policies);
        this.budgets = budgets;
        this.replays = replays;
    }

    /** From here on the claim counts no more. */
    public void revoke(ByteString claimId) {
        revokedClaims.add(claimId);
    }

    /** Decides about a request. */
    public Verdict judge(Caller caller, OpenRequest request, List<Signature> signatures, KeyKind kind, Instant now) {
        if (!request.organisation().equals(organisation)) {
            return denied(caller.actor(), Reason.PERMISSION_DENIED, "expected organisation " + organisation);
        }
        Optional<String> subject = root.isPresent() ? signer(request, signatures) : Optional.of(caller.actor());
        if (subject.isEmpty()) {
            return denied(
                    caller.actor(),
                    Reason.UNAUTHENTICATED,
                    "expected a request signed with the key of its subject, but found none");
        }
        Optional<String> replayed =
                replays.refuses(replayKey(subject.get(), request), request.issued(), request.expires(), now);
        if (replayed.isPresent()) {
            return denied(subject.get(), Reason.PERMISSION_DENIED, replayed.get());
        }
        if (!budgets.take(subject.get(), request.items().size(), now)) {
            return denied(subject.get(), Reason.LIMIT_REACHED, "expected fewer requests of " + subject.get());
        }
        Standing standing = standing(caller, subject.get(), request, now);
        List<String> refusals = new ArrayList<>();
        for (WrapItem item : request.items()) {
            refusals.add(judge(standing, request, item, kind, now));
        }
        return new Verdict.Judged(subject.get(), refusals);
    }

    private static ByteString replayKey(String subject, OpenRequest request) {
        return ByteString.copyFromUtf8(subject).concat(request.requestId());
    }

    private static Verdict denied(String subject, Reason reason, String message) {
        return new Verdict.Denied(subject, Refusal.of(reason, message));
    }

    private static Optional<String> signer(OpenRequest request, List<Signature> signatures) {
        return signatures.stream()
                .limit(1)
                .flatMap(signature -> SubjectKey.signer(REQUEST_USE, request.encoded(), signature).stream())
                .findFirst();
    }

    /**
     * What is verified about the one who asks.
     *
     * @param claims empty without a root: then the certificate's kind is the role
     */
    private record Standing(Caller caller, String subject, List<RoleClaim> claims, List<Granted> approvals) {}

    /** A valid approval for the subject, and the roles of who gave it. */
    private record Granted(String approver, String policy, List<String> roles) {}

    private Standing standing(Caller caller, String subject, OpenRequest request, Instant now) {
        if (root.isEmpty()) {
            return new Standing(caller, subject, List.of(), List.of());
        }
        List<Granted> approvals = request.approvals().stream()
                .flatMap(statement -> granted(subject, statement, now).stream())
                .toList();
        return new Standing(caller, subject, claimsOf(subject, request.claims(), now), approvals);
    }

    private Optional<Granted> granted(String subject, SignedStatement statement, Instant now) {
        Optional<Approval> approval = StatementCodec.approval(statement.statement())
                .filter(a -> a.organisation().equals(organisation))
                .filter(a -> a.subject().equals(subject))
                .filter(a -> now.isBefore(a.notAfter()));
        if (approval.isEmpty() || statement.signatures().size() != 1) {
            return Optional.empty();
        }
        return SubjectKey.signer(
                        Approval.USE,
                        statement.statement(),
                        statement.signatures().get(0))
                .filter(approver -> !approver.equals(subject))
                .map(approver -> new Granted(
                        approver,
                        approval.get().policy(),
                        claimsOf(approver, List.of(approval.get().claim()), now).stream()
                                .filter(claim -> claim.covers(
                                        RoleClaim.APPROVE, approval.get().policy()))
                                .map(RoleClaim::role)
                                .toList()));
    }

    private String judge(Standing standing, OpenRequest request, WrapItem item, KeyKind kind, Instant now) {
        if (item.bound().isEmpty() && kind != KeyKind.DROP_BOX) {
            return "expected a wrap that says what it is bound to; only a drop-box key opens others";
        }
        String action = item.bound().isPresent() ? RoleClaim.OPEN : RoleClaim.INTAKE;
        String policy = item.bound().map(bound -> bound.terms().policy()).orElse("");
        List<String> roles = root.isPresent()
                ? roles(standing.claims(), action, policy)
                : List.of(standing.caller().kind());
        if (roles.isEmpty()) {
            return "expected a valid role claim for %s on policy \"%s\"".formatted(action, policy);
        }
        Map<String, List<String>> approvers = new LinkedHashMap<>();
        standing.approvals().stream()
                .filter(granted -> granted.policy().equals(policy))
                .forEach(granted -> approvers.put(granted.approver(), granted.roles()));
        Condition.Situation situation =
                new Condition.Situation(standing.subject(), roles, policy, request.purpose(), approvers, now);
        return policies.getOrDefault(policy, List.of()).stream()
                .flatMap(condition -> condition.refuses(situation).stream())
                .findFirst()
                .orElse("");
    }

    private static List<String> roles(List<RoleClaim> claims, String action, String policy) {
        return claims.stream()
                .filter(claim -> claim.covers(action, policy))
                .map(RoleClaim::role)
                .toList();
    }

    private List<RoleClaim> claimsOf(String subject, List<SignedStatement> statements, Instant now) {
        return statements.stream()
                .filter(statement -> root.orElseThrow().verifies(RoleClaim.USE, statement))
                .flatMap(statement -> StatementCodec.claim(statement.statement()).stream())
                .filter(claim -> claim.organisation().equals(organisation))
                .filter(claim -> claim.subject().equals(subject))
                .filter(claim -> claim.isValidAt(now))
                .filter(claim -> !revokedClaims.contains(claim.id()))
                .toList();
    }
}
