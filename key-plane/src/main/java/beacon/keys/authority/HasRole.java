package beacon.keys.authority;

import java.util.List;
import java.util.Optional;

/** The subject has one of these roles. */
record HasRole(List<String> roles) implements Condition {
    HasRole {
        roles = List.copyOf(roles);
    }

    @Override
    public Optional<String> refuses(Situation situation) {
        return situation.roles().stream().anyMatch(roles::contains)
                ? Optional.empty()
                : Optional.of("expected one of the roles " + String.join(", ", roles));
    }
}
