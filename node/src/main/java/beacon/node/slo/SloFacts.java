package beacon.node.slo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was found at one moment.
 *
 * @param index what the log's projections say; empty when nobody answered
 * @param custodians of the organisation's key; empty when there is no key to ask about
 */
public record SloFacts(
        Instant now,
        List<Member> members,
        List<Projection> projections,
        Optional<Index> index,
        Optional<List<Custodian>> custodians) {
    public SloFacts {
        members = List.copyOf(members);
        projections = List.copyOf(projections);
    }

    /**
     * A member of the index.
     *
     * @param takesPart whether it answers, and leads or follows
     * @param state its role, or why it is not known
     */
    public record Member(String id, boolean takesPart, String state) {}

    /** A projection of one member; those of one name and sequence must have one digest. */
    public record Projection(String member, String name, long sequence, String digest) {}

    /**
     * What the projections say.
     *
     * @param endangeredGroups groups of shards that have not all their columns
     * @param unreadableGroups those of them that too few columns are left of
     */
    public record Index(List<Node> nodes, long endangeredGroups, long unreadableGroups) {
        public Index {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * A storage node that has not left.
     *
     * @param isUp whether it answers, as the log says
     * @param proved when it last showed all it was asked for, or came up if that is later
     * @param announcements what it says of them; empty when it was not asked or did not answer
     */
    public record Node(String id, boolean isUp, Instant proved, Optional<Announcements> announcements) {}

    /**
     * The provider records of a storage node.
     *
     * @param margin until the first expires, zero when one has or was never made; empty when it has nothing to announce
     * @param isCurrent whether they follow the log
     */
    public record Announcements(Optional<Duration> margin, boolean isCurrent) {}

    /** A custodian; the state says why it does not serve. */
    public record Custodian(String name, boolean serves, String state) {}
}
