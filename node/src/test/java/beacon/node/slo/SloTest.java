package beacon.node.slo;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.slo.SloCheck.Outcome;
import beacon.node.slo.SloFacts.Announcements;
import beacon.node.slo.SloFacts.Custodian;
import beacon.node.slo.SloFacts.Index;
import beacon.node.slo.SloFacts.Member;
import beacon.node.slo.SloFacts.Node;
import beacon.node.slo.SloFacts.Projection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SloTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Slo SLO = new Slo(Duration.ofHours(3), Duration.ofHours(24));
    private static final List<Member> MEMBERS =
            List.of(new Member("m1", true, "leader"), new Member("m2", true, "follower"));
    private static final List<Projection> PROJECTIONS =
            List.of(new Projection("m1", "pins", 7, "aa"), new Projection("m2", "pins", 7, "aa"));
    private static final Index INDEX = new Index(List.of(node("n1", true, 1), node("n2", true, 2)), 0, 0);
    private static final List<Custodian> CUSTODIANS = List.of(new Custodian("c1", true, "SERVES"));

    private static Node node(String id, boolean isUp, int hoursAgo) {
        return new Node(id, isUp, NOW.minus(Duration.ofHours(hoursAgo)), announced(26));
    }

    private static Optional<Announcements> announced(int hoursLeft) {
        return Optional.of(new Announcements(Optional.of(Duration.ofHours(hoursLeft)), true));
    }

    private static SloFacts facts(List<Member> members, List<Projection> projections, Index index) {
        return new SloFacts(NOW, members, projections, Optional.of(index), Optional.of(CUSTODIANS));
    }

    private static SloCheck check(String name, SloFacts facts) {
        return SLO.judge(facts).stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everythingHoldsWhenNothingIsLost() {
        assertThat(SLO.judge(facts(MEMBERS, PROJECTIONS, INDEX)))
                .hasSize(8)
                .allMatch(check -> check.outcome() == Outcome.HOLDS);
    }

    @Test
    void aSilentMemberFailsAndIsNamed() {
        List<Member> members = List.of(MEMBERS.get(0), new Member("m2", false, "does not answer"));

        SloCheck check = check("members", facts(members, PROJECTIONS, INDEX));

        assertThat(check.passes()).isFalse();
        assertThat(check.found()).isEqualTo("1 of 2 (m2: does not answer)");
    }

    @Test
    void differentDigestsAtTheSameEntryFail() {
        List<Projection> differ = List.of(PROJECTIONS.get(0), new Projection("m2", "pins", 7, "bb"));
        List<Projection> apart = List.of(PROJECTIONS.get(0), new Projection("m2", "pins", 8, "bb"));

        assertThat(check("projections", facts(MEMBERS, differ, INDEX)).found()).contains("pins at 7: m1 and m2");
        assertThat(check("projections", facts(MEMBERS, differ, INDEX)).passes()).isFalse();
        assertThat(check("projections", facts(MEMBERS, apart, INDEX)).outcome()).isEqualTo(Outcome.NOT_CHECKED);
    }

    @Test
    void groupsThatAreNotWholeOrCannotBeReadFail() {
        SloFacts facts = facts(MEMBERS, PROJECTIONS, new Index(INDEX.nodes(), 2, 1));

        assertThat(check("whole", facts).passes()).isFalse();
        assertThat(check("readable", facts).passes()).isFalse();
    }

    @Test
    void aNodeThatIsDownFailsNothingWhileEverythingIsWholeOnOthers() {
        SloFacts oneDown =
                facts(MEMBERS, PROJECTIONS, new Index(List.of(node("n1", true, 1), node("n2", false, 9)), 0, 0));
        SloFacts allDown = facts(MEMBERS, PROJECTIONS, new Index(List.of(node("n1", false, 1)), 0, 0));

        assertThat(SLO.judge(oneDown)).allMatch(SloCheck::passes);
        assertThat(check("nodes", oneDown).found()).isEqualTo("1 of 2 (n2)");
        assertThat(check("nodes", allDown).passes()).isFalse();
    }

    @Test
    void aProofThatIsTooOldFails() {
        SloFacts facts = facts(MEMBERS, PROJECTIONS, new Index(List.of(node("n1", true, 4)), 0, 0));

        assertThat(check("audits", facts).passes()).isFalse();
        assertThat(check("audits", facts).found()).isEqualTo("0 of 1 (n1: last at 2026-11-21T08:00:00Z)");
    }

    @Test
    void whatNobodyAnswersForFailsAndWhatNobodyAskedForDoesNot() {
        SloFacts silent = new SloFacts(NOW, MEMBERS, PROJECTIONS, Optional.empty(), Optional.empty());

        assertThat(check("whole", silent).passes()).isFalse();
        assertThat(check("custodians", silent).outcome()).isEqualTo(Outcome.NOT_CHECKED);
    }

    @Test
    void aCustodianThatDoesNotServeFails() {
        List<Custodian> custodians = List.of(CUSTODIANS.get(0), new Custodian("c2", false, "BEHIND"));
        SloFacts facts = new SloFacts(NOW, MEMBERS, PROJECTIONS, Optional.of(INDEX), Optional.of(custodians));

        assertThat(check("custodians", facts).found()).isEqualTo("1 of 2 (c2: BEHIND)");
        assertThat(check("custodians", facts).passes()).isFalse();
    }

    private static SloCheck providers(boolean isUp, Optional<Announcements> announcements) {
        List<Node> nodes = List.of(node("n1", true, 1), new Node("n2", isUp, NOW, announcements));
        return check("providers", facts(MEMBERS, PROJECTIONS, new Index(nodes, 0, 0)));
    }

    @Test
    void aProviderRecordThatLivesTooShortFailsAndIsNamed() {
        SloCheck check = providers(true, announced(23));

        assertThat(check.passes()).isFalse();
        assertThat(check.found()).isEqualTo("1 of 2, the first expires in PT23H (n2: one lives 82800 s)");
        assertThat(providers(true, announced(0)).found()).contains("n2: one is not made or has expired");
    }

    @Test
    void aNodeThatHasNothingToAnnounceOrIsDownDoesNotFail() {
        assertThat(providers(true, Optional.of(new Announcements(Optional.empty(), true)))
                        .passes())
                .isTrue();
        assertThat(providers(false, Optional.empty()).passes()).isTrue();
    }

    @Test
    void anUpNodeThatIsSilentOrDeafFails() {
        assertThat(providers(true, Optional.empty()).found()).contains("n2: does not answer");
        assertThat(providers(true, Optional.of(new Announcements(Optional.empty(), false)))
                        .found())
                .contains("n2: does not hear the log");
    }
}
