package beacon.cycle.first;

/** Breaks a rule, for the architecture test to find. */
public final class First {
    beacon.cycle.second.Second second;
}
