package beacon.keys.authority;

import java.util.Optional;

/** So many others with this role have approved. */
record Approved(int count, String role) implements Condition {
    @Override
    public Optional<String> refuses(Situation situation) {
        long found = situation.approvers().values().stream()
                .filter(roles -> roles.contains(role))
                .count();
        return found >= count
                ? Optional.empty()
                : Optional.of("expected %d approvals of role %s, but found %d".formatted(count, role, found));
    }
}
