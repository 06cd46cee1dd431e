package beacon.keys.custodian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.keys.TestEntropy;
import beacon.keys.authority.Approval;
import beacon.keys.authority.Budgets;
import beacon.keys.authority.PolicyReader;
import beacon.keys.authority.Revocation;
import beacon.keys.authority.RoleClaim;
import beacon.keys.authority.StatementCodec;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Stanza;
import beacon.keys.opening.ItemAnswer;
import beacon.keys.opening.OpenRequest;
import beacon.keys.opening.OrgRecipient;
import beacon.keys.records.KeyKind;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RitualPlan;
import beacon.keys.signatures.RootKey;
import beacon.keys.signatures.SignedStatement;
import beacon.keys.signatures.SubjectKey;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Role claims, conditions and limits, at custodians that pin the organisation's root. */
class AuthorityTest {
    @TempDir
    Path directory;

    private final TestEntropy entropy = new TestEntropy(7);
    private final RootKey root = RootKey.generate("example", Optional.empty(), entropy);
    private final SubjectKey alice = SubjectKey.generate(entropy);
    private final SubjectKey bob = SubjectKey.generate(entropy);
    private CustodianWorld world;
    private KeyRecord record;

    @BeforeEach
    void setUp() {
        world = new CustodianWorld(directory, 3, Optional.of(root));
        record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
    }

    @AfterEach
    void tearDown() {
        world.close();
    }

    private List<Stanza> wrap(String policy) {
        return new OrgRecipient(record, "writer", policy, false).wrap(FileKey.generate(entropy), entropy);
    }

    private RoleClaim claim(SubjectKey subject, String role, String action, String policy) {
        return new RoleClaim(
                ByteString.copyFrom(entropy.bytes(16)),
                "example",
                subject.did(),
                role,
                List.of(action),
                List.of(policy),
                world.now.minusSeconds(1),
                world.now.plusSeconds(3600));
    }

    private SignedStatement signed(RoleClaim claim) {
        return root.sign(RoleClaim.USE, StatementCodec.encode(claim), entropy);
    }

    private CustodianWorld.Asking asking(String policy, SubjectKey key, SignedStatement... claims) {
        CustodianWorld.Asking asking = world.new Asking(record, wrap(policy));
        asking.key = Optional.of(key);
        asking.claims = List.of(claims);
        return asking;
    }

    private String refusal(CustodianWorld.Asking asking) {
        asking.requestId = ByteString.copyFrom(entropy.bytes(16));
        ItemAnswer answer = asking.ask(1).get(0);
        return answer.refused();
    }

    @Test
    void opensForAValidClaimOnly() {
        SignedStatement claim = signed(claim(alice, "auditor", RoleClaim.OPEN, "audit"));

        assertThat(refusal(asking("audit", alice, claim))).isEmpty();
        assertThat(refusal(asking("audit", alice))).contains("expected a valid role claim");
        assertThat(refusal(asking("other", alice, claim))).contains("expected a valid role claim");
        assertThat(refusal(asking("audit", bob, claim))).contains("expected a valid role claim");
    }

    @Test
    void aClaimEndsWhenItSays() {
        CustodianWorld.Asking asking = asking("audit", alice, signed(claim(alice, "auditor", RoleClaim.OPEN, "*")));
        assertThat(refusal(asking)).isEmpty();

        world.now = world.now.plusSeconds(3600);

        assertThat(refusal(asking)).contains("expected a valid role claim");
    }

    @Test
    void aRevokedClaimEndsAtOnceAndStaysRevokedOverARestart() {
        RoleClaim claim = claim(alice, "auditor", RoleClaim.OPEN, "*");
        CustodianWorld.Asking asking = asking("audit", alice, signed(claim));
        assertThat(refusal(asking)).isEmpty();
        Revocation revocation = new Revocation("example", claim.id(), ByteString.EMPTY, "left", world.now);

        world.custodians.get(1).revoke(root.sign(Revocation.USE, StatementCodec.encode(revocation), entropy));

        assertThat(refusal(asking)).contains("expected a valid role claim");
        world.now = world.now.plusSeconds(1);
        world.restart(1);
        assertThat(refusal(asking)).contains("expected a valid role claim");
    }

    @Test
    void aClaimNeedsBothSignaturesOfTheRoot() {
        SignedStatement good = signed(claim(alice, "auditor", RoleClaim.OPEN, "*"));
        RootKey other = RootKey.generate("example", Optional.empty(), entropy);

        for (int kept = 0; kept < 2; kept++) {
            SignedStatement half = new SignedStatement(
                    good.statement(), List.of(good.signatures().get(kept)));
            assertThat(refusal(asking("audit", alice, half))).contains("expected a valid role claim");
        }
        assertThat(refusal(asking("audit", alice, other.sign(RoleClaim.USE, good.statement(), entropy))))
                .contains("expected a valid role claim");
        assertThat(refusal(asking("audit", alice, root.sign("another/use", good.statement(), entropy))))
                .contains("expected a valid role claim");
    }

    @Test
    void aRequestIsSignedByItsSubject() {
        CustodianWorld.Asking asking = asking("audit", alice, signed(claim(alice, "auditor", RoleClaim.OPEN, "*")));
        OpenRequest request = asking.request(1);

        assertThatThrownBy(() -> asking.ask(1, request, List.of())).hasMessageContaining("expected a request signed");
        assertThatThrownBy(() -> asking.ask(1, request, List.of(alice.sign("another/use", request.encoded()))))
                .hasMessageContaining("expected a request signed");
    }

    @Test
    void openingMoreThanTheBudgetIsRefusedUntilTimePasses() {
        world.close();
        world = new CustodianWorld(directory.resolve("limited"), 3, Optional.of(root));
        world.limit = new Budgets.Limit(3, Duration.ofMinutes(1));
        for (int number = 1; number <= 3; number++) {
            world.restart(number);
        }
        record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        SignedStatement claim = signed(claim(alice, "auditor", RoleClaim.OPEN, "*"));
        SignedStatement ofBob = signed(claim(bob, "auditor", RoleClaim.OPEN, "*"));
        for (int i = 0; i < 3; i++) {
            assertThat(refusal(asking("audit", alice, claim))).isEmpty();
        }

        assertThatThrownBy(() -> refusal(asking("audit", alice, claim)))
                .hasMessageContaining("expected fewer requests");
        assertThat(refusal(asking("audit", bob, ofBob))).isEmpty();
        world.now = world.now.plusSeconds(20);
        assertThat(refusal(asking("audit", alice, claim))).isEmpty();
    }

    @Test
    void conditionsOfAPolicyMustAllHold() throws IOException {
        for (int number = 1; number <= 3; number++) {
            Files.writeString(world.directory(number).resolve("policies.json"), """
                    {"policies": {"strict": [
                      {"kind": "role", "any": ["auditor"]},
                      {"kind": "hours", "from": "08:00", "to": "18:00"},
                      {"kind": "approvals", "count": 1, "role": "approver"}]}}
                    """);
            world.restart(number);
        }
        SignedStatement reader = signed(claim(alice, "reader", RoleClaim.OPEN, "*"));
        SignedStatement auditor = signed(claim(alice, "auditor", RoleClaim.OPEN, "*"));
        SignedStatement approver = signed(claim(bob, "approver", RoleClaim.APPROVE, "strict"));

        assertThat(refusal(asking("strict", alice, reader))).contains("one of the roles auditor");
        assertThat(refusal(asking("strict", alice, auditor))).contains("expected 1 approvals of role approver");
        CustodianWorld.Asking approved = asking("strict", alice, auditor);
        approved.approvals = List.of(approval(bob, alice, "strict", approver));
        assertThat(refusal(approved)).isEmpty();
        CustodianWorld.Asking elsewhere = asking("strict", alice, auditor);
        elsewhere.approvals = List.of(approval(bob, alice, "lax", approver), approval(bob, bob, "strict", approver));
        assertThat(refusal(elsewhere)).contains("expected 1 approvals");
        CustodianWorld.Asking own = asking("strict", alice, auditor);
        own.approvals = List.of(
                approval(alice, alice, "strict", signed(claim(alice, "approver", RoleClaim.APPROVE, "strict"))));
        assertThat(refusal(own)).as("nobody approves his own").contains("expected 1 approvals");
        world.now = world.now.plus(Duration.ofHours(6));
        CustodianWorld.Asking late = asking("strict", alice, signed(claim(alice, "auditor", RoleClaim.OPEN, "*")));
        late.approvals = approved.approvals;
        assertThat(refusal(late)).contains("expected a time from 08:00 to 18:00");
    }

    private SignedStatement approval(SubjectKey approver, SubjectKey subject, String policy, SignedStatement claim) {
        ByteString statement = StatementCodec.encode(
                new Approval("example", subject.did(), policy, world.now.plusSeconds(3600), claim));
        return new SignedStatement(statement, List.of(approver.sign(Approval.USE, statement)));
    }

    @Test
    void aConditionThatNobodyKnowsIsNotPassedOver() {
        assertThatThrownBy(
                        () -> PolicyReader.read("{\"policies\": {\"p\": [{\"kind\": \"moon\", \"phase\": \"full\"}]}}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a condition of kind role, hours, approvals, but found moon");
        assertThatThrownBy(() -> PolicyReader.read("{\"policies\": [}")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ritualsAndRevocationsNeedTheRoot() {
        RitualPlan plan = world.ceremonyPlan(KeyKind.INTERNAL, 1, 1);
        Revocation revocation = new Revocation("example", ByteString.EMPTY, record.keyId(), "test", world.now);
        RootKey other = RootKey.generate("example", Optional.empty(), entropy);

        assertThatThrownBy(() -> world.custodians
                        .get(1)
                        .rituals()
                        .advance(
                                CustodianWorld.OPERATOR,
                                new Rituals.Visit(plan.encoded(), List.of(), Optional.empty(), List.of())))
                .hasMessageContaining("expected a plan signed by the organisation's root");
        assertThatThrownBy(() -> world.custodians
                        .get(1)
                        .revoke(other.sign(Revocation.USE, StatementCodec.encode(revocation), entropy)))
                .hasMessageContaining("expected a revocation signed by the organisation's root");
    }

    @Test
    void aDestroyedKeyIsGoneForGood() {
        SignedStatement claim = signed(claim(alice, "auditor", RoleClaim.OPEN, "*"));
        assertThat(refusal(asking("audit", alice, claim))).isEmpty();
        Revocation revocation = new Revocation("example", ByteString.EMPTY, record.keyId(), "test", world.now);

        assertThat(world.custodians
                        .get(1)
                        .revoke(root.sign(Revocation.USE, StatementCodec.encode(revocation), entropy)))
                .isTrue();

        assertThatThrownBy(() -> refusal(asking("audit", alice, claim))).hasMessageContaining("expected a key of this");
        assertThat(world.fragments(1)).noneMatch(label -> label.keyId().equals(record.keyId()));
        assertThatThrownBy(() -> world.custodians.get(1).install(CustodianWorld.OPERATOR, record))
                .hasMessageContaining("found it destroyed");
        world.restart(1);
        assertThatThrownBy(() -> world.custodians.get(1).install(CustodianWorld.OPERATOR, record))
                .hasMessageContaining("found it destroyed");
        assertThatThrownBy(() -> world.carry(
                        world.resharePlan(record, List.of(2, 3), 2, 1, 2, 3),
                        Optional.of(record),
                        UnaryOperator.identity()))
                .as("it is not dealt anew to who destroyed it")
                .hasMessageContaining("found it destroyed");
    }
}
