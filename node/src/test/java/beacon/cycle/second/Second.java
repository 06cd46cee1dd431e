package beacon.cycle.second;

/** Breaks a rule, for the architecture test to find. */
public final class Second {
    beacon.cycle.first.First first;
}
