package beacon.node.metrics;

import beacon.index.ratis.MemberStatus;
import beacon.index.ratis.MemberStatus.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Whether a member can be sent traffic, check by check. */
public final class Health {
    /** Raft entries a ready member may be behind; above it reads through it would wait. */
    private static final long MAX_APPLY_LAG = 100_000;

    private final Supplier<MemberStatus> status;
    private final Supplier<Boolean> stopping;

    /** One thing that must hold. */
    public record Check(String name, boolean holds, String found) {}

    public Health(Supplier<MemberStatus> status, Supplier<Boolean> stopping) {
        this.status = status;
        this.stopping = stopping;
    }

    /** Every check; ready when all hold. */
    public List<Check> checks() {
        MemberStatus now = status.get();
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("running", !stopping.get(), stopping.get() ? "stopping" : "running"));
        checks.add(new Check(
                "caught-up", now.role() != Role.CATCHING_UP, now.role().name().toLowerCase(Locale.ROOT)));
        checks.add(new Check(
                "leader-known", !now.leaderId().isEmpty(), now.leaderId().isEmpty() ? "none" : now.leaderId()));
        long lag = Math.max(0, now.committedRaftIndex() - now.appliedRaftIndex());
        checks.add(new Check("applied", lag <= MAX_APPLY_LAG, "lag of " + lag + " entries"));
        return checks;
    }
}
