package beacon.steward;

import beacon.steward.placement.Shortfall;
import beacon.views.pins.GroupRef;
import java.util.List;

/**
 * What the steward found and wants.
 *
 * @param intents the most endangered group first
 * @param endangered groups that have not all their columns
 * @param deferred groups of which something is left to do that is not among the intents
 * @param unreadable groups with fewer columns than are needed, at most {@link Steward#MAX_NAMED}
 * @param shortfalls what stands in the way, without repetitions, at most {@link Steward#MAX_NAMED}
 */
public record Decision(
        List<Intent> intents, int endangered, int deferred, List<GroupRef> unreadable, List<Shortfall> shortfalls) {
    public Decision {
        intents = List.copyOf(intents);
        unreadable = List.copyOf(unreadable);
        shortfalls = List.copyOf(shortfalls);
    }
}
