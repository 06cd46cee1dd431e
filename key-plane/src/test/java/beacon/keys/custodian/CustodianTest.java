package beacon.keys.custodian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.keys.authority.CustodyEvent;
import beacon.keys.custody.WrapTerms;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Stanza;
import beacon.keys.envelope.X25519Stanza;
import beacon.keys.fragments.Ritual;
import beacon.keys.opening.BindingStanza;
import beacon.keys.opening.ItemAnswer;
import beacon.keys.opening.OpenRequest;
import beacon.keys.opening.Opening;
import beacon.keys.opening.OrgRecipient;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyKind;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.RitualMessage;
import beacon.keys.records.RitualPlan;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import beacon.model.Reason;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustodianTest {
    @TempDir
    Path directory;

    private CustodianWorld world;
    private FileKey fileKey;

    @BeforeEach
    void setUp() {
        world = new CustodianWorld(directory, 5, Optional.empty());
        fileKey = FileKey.generate(world.entropy);
    }

    @AfterEach
    void tearDown() {
        world.close();
    }

    private List<Stanza> wrap(KeyRecord record, boolean hybrid) {
        return new OrgRecipient(record, "writer", "default", hybrid).wrap(fileKey, world.entropy);
    }

    private void assertOpens(KeyRecord record, List<Stanza> stanzas, int... seats) {
        Optional<FileKey> opened = world.new Asking(record, stanzas).open(seats);
        assertThat(opened).isPresent();
        assertThat(opened.get().copyBytes()).isEqualTo(fileKey.copyBytes());
    }

    @Test
    void anyTwoOfThreeOpenAndOneDoesNot() {
        KeyRecord record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);

        for (boolean hybrid : new boolean[] {false, true}) {
            List<Stanza> stanzas = wrap(record, hybrid);
            assertOpens(record, stanzas, 1, 2);
            assertOpens(record, stanzas, 1, 3);
            assertOpens(record, stanzas, 3, 2);
            assertThat(world.new Asking(record, stanzas).open(2)).isEmpty();
        }
    }

    @Test
    void aPackedHybridWrapOpensLikeTheOthers() {
        KeyRecord record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);

        assertOpens(record, List.of(WrapItem.pack(wrap(record, true))), 1, 3);
    }

    @Test
    void aKeyIsHandedOverTwiceAndNothingIsWrappedAnew() {
        KeyRecord first = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        List<Stanza> stanzas = wrap(first, false);

        KeyRecord refreshed = world.reshared(first, List.of(1, 3), 2, 1, 2, 3);
        KeyRecord wider = world.reshared(refreshed, List.of(2, 3), 3, 1, 2, 3, 4, 5);
        KeyRecord other = world.reshared(wider, List.of(1, 4, 5), 2, 5, 4, 2);

        assertThat(other.key().recipient()).isEqualTo(first.key().recipient());
        assertThat(refreshed.follows(first)).isTrue();
        assertThat(wider.follows(refreshed)).isTrue();
        assertThat(other.follows(wider)).isTrue();
        assertThat(other.follows(refreshed)).isFalse();
        assertOpens(other, stanzas, 1, 3);
        assertOpens(other, stanzas, 2, 3);
    }

    @Test
    void sharesOfAnEarlierEpochAreGoneAfterwards() {
        KeyRecord first = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        KeyRecord second = world.reshared(first, List.of(1, 2), 2, 1, 2, 3);

        assertThatThrownBy(() -> world.new Asking(first, wrap(first, false)).open(1, 2))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().reason()).isEqualTo(Reason.STALE_REVISION));
        assertOpens(second, wrap(first, false), 1, 2);
    }

    @Test
    void partialsOfTwoEpochsDoNotMix() {
        KeyRecord first = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        CustodianWorld.Asking asking = world.new Asking(first, wrap(first, false));
        List<ItemAnswer> old = asking.ask(1);
        KeyRecord second = world.reshared(first, List.of(1, 2), 2, 1, 2, 3);
        asking.record = second;

        try (Opening opening = new Opening(second, asking.requestId, asking.items)) {
            assertThat(opening.offer(1, old)).isEmpty();
            assertThat(opening.liars()).containsExactly(1);
            assertThat(opening.offer(2, asking.ask(2))).isEmpty();
            assertThat(opening.offer(3, asking.ask(3))).isPresent();
        }
    }

    @Test
    void aLyingCustodianIsNamedAndTheFileOpens() {
        KeyRecord record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        CustodianWorld.Asking asking = world.new Asking(record, wrap(record, false));
        byte[] lie = asking.ask(1).get(0).partial().toByteArray();
        lie[70] ^= 1;

        try (Opening opening = new Opening(record, asking.requestId, asking.items)) {
            assertThat(opening.offer(1, List.of(new ItemAnswer(ByteString.copyFrom(lie), ByteString.EMPTY, ""))))
                    .isEmpty();
            assertThat(opening.liars()).containsExactly(1);
            opening.offer(2, asking.ask(2));
            assertThat(opening.offer(3, asking.ask(3))).isPresent();
        }
    }

    /** The insider registers r·E as his own and would divide by r; without E's exponent he has no proof. */
    @Test
    void refusesABlindedShareOfSomebodyElsesWrap() {
        KeyRecord record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        List<Stanza> victim = wrap(record, false);
        X25519Stanza share = X25519Stanza.parse(victim.get(0));
        Point blinded =
                Point.fromMontgomery(share.share().toByteArray()).orElseThrow().timesPublic(Scalar.of(7));
        Stanza own = X25519Stanza.seal(
                fileKey,
                new byte[32],
                blinded.toMontgomery(),
                record.key().recipient().publicKey().toByteArray());
        BindingStanza theirs = BindingStanza.parse(victim.get(1)).orElseThrow();
        WrapTerms ownTerms = new WrapTerms(
                "example", record.keyId(), "insider", "insider", ByteString.copyFrom(world.entropy.bytes(16)));

        for (WrapTerms terms : List.of(ownTerms, theirs.terms())) {
            List<Stanza> attack = List.of(own, new BindingStanza(terms, theirs.binding()).stanza());
            ItemAnswer answer = world.new Asking(record, attack).ask(1).get(0);
            assertThat(answer.isRefused()).isTrue();
            assertThat(answer.refused()).contains("expected a proof that binds the wrap");
        }
        assertThat(world.new Asking(record, List.of(own)).ask(1).get(0).refused())
                .contains("only a drop-box key opens others");
    }

    @Test
    void refusesAStanzaUnderAnotherPolicyOrWriterThanItsMakerSaid() {
        KeyRecord record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        for (boolean hybrid : new boolean[] {false, true}) {
            List<Stanza> stanzas = new ArrayList<>(wrap(record, hybrid));
            BindingStanza said =
                    BindingStanza.parse(stanzas.remove(stanzas.size() - 1)).orElseThrow();
            WrapTerms t = said.terms();
            for (WrapTerms terms : List.of(
                    new WrapTerms(t.organisation(), t.keyId(), t.writer(), "lax", t.nonce()),
                    new WrapTerms(t.organisation(), t.keyId(), "other", t.policy(), t.nonce()))) {
                List<Stanza> moved = new ArrayList<>(stanzas);
                moved.add(new BindingStanza(terms, said.binding()).stanza());

                assertThat(world.new Asking(record, moved).ask(1).get(0).isRefused())
                        .isTrue();
            }
        }
    }

    @Test
    void aWrapForAnotherKeyOfTheOrganisationIsRefused() {
        KeyRecord one = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        KeyRecord two = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        CustodianWorld.Asking asking = world.new Asking(one, wrap(one, false));
        asking.record = two;

        assertThat(asking.ask(1).get(0).isRefused()).isTrue();
    }

    @Test
    void refusesSharesOfLowOrderAndOnTheTwist() {
        KeyRecord record = world.born(KeyKind.DROP_BOX, 2, 1, 2, 3);
        byte[] recipient = record.key().recipient().publicKey().toByteArray();
        byte[] twist = new byte[32];
        for (twist[0] = 2; Point.fromMontgomery(twist).isPresent(); ) {
            twist[0]++;
        }

        for (byte[] share : List.of(new byte[32], low(), twist)) {
            Stanza stanza = X25519Stanza.seal(fileKey, new byte[32], share, recipient);
            assertThat(world.new Asking(record, List.of(stanza)).ask(1).get(0).isRefused())
                    .isTrue();
        }
    }

    private static byte[] low() {
        byte[] one = new byte[32];
        one[0] = 1;
        return one;
    }

    @Test
    void refusesAReplayedRequestEvenAfterARestart() {
        KeyRecord record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        CustodianWorld.Asking asking = world.new Asking(record, wrap(record, false));
        OpenRequest request = asking.request(1);
        asking.ask(1, request, List.of());

        assertRefused(asking, request, "expected a new request");
        world.now = world.now.plusSeconds(1);
        world.restart(1);
        assertRefused(asking, request, "expected a request from after the custodian's start");
    }

    @Test
    void refusesARequestFromTheFutureAnExpiredOneAndOneForAnotherCustodian() {
        KeyRecord record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        CustodianWorld.Asking asking = world.new Asking(record, wrap(record, false));
        world.now = world.now.plusSeconds(300);
        OpenRequest late = asking.request(1);
        world.now = world.now.minusSeconds(300);
        assertRefused(asking, late, "issued now");
        OpenRequest early = asking.request(1);
        world.now = world.now.plusSeconds(61);
        assertRefused(asking, early, "has not expired");
        OpenRequest misdirected = asking.request(2);
        assertThatThrownBy(() -> asking.ask(1, misdirected, List.of())).hasMessageContaining("for custodian c1");
    }

    private void assertRefused(CustodianWorld.Asking asking, OpenRequest request, String why) {
        int before = world.events.size();
        assertThatThrownBy(() -> asking.ask(1, request, List.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(why);
        assertThat(world.events.subList(before, world.events.size()))
                .singleElement()
                .isInstanceOf(CustodyEvent.Refused.class);
    }

    @Test
    void noEventNoAnswer() {
        KeyRecord record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        CustodianWorld.Asking asking = world.new Asking(record, wrap(record, false));
        int before = world.events.size();

        asking.ask(1);

        assertThat(world.events.subList(before, world.events.size()))
                .singleElement()
                .isInstanceOfSatisfying(CustodyEvent.Decided.class, decided -> {
                    assertThat(decided.subject()).isEqualTo("client/alice");
                    assertThat(decided.items())
                            .singleElement()
                            .satisfies(item -> assertThat(item.refused()).isEmpty());
                });
    }

    @Test
    void aLyingPartyIsBlamedAndNoKeyComesOfIt() {
        RitualPlan plan = world.ceremonyPlan(KeyKind.INTERNAL, 2, 1, 2, 3);

        // The carrier cannot forge: what it changes nobody hears.
        CustodianWorld.Ending ending = world.carry(
                plan,
                Optional.empty(),
                message -> message.sender() == 2 && message.kind() == RitualMessage.Kind.CONTRIBUTED
                        ? new RitualMessage(
                                2,
                                message.kind(),
                                message.payload().substring(1).concat(ByteString.copyFrom(new byte[1])),
                                message.signature())
                        : message);

        assertThat(ending.record()).isEmpty();
        assertThat(ending.blamed()).isEmpty();
        assertThat(world.carry(plan, Optional.empty(), UnaryOperator.identity()).record())
                .as("the same ritual goes on when the messages arrive")
                .isPresent();
    }

    @Test
    void aRitualSurvivesTheLossOfItsCarrierAtTheLastStep() {
        KeyRecord first = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        List<Stanza> stanzas = wrap(first, false);
        RitualPlan plan = world.resharePlan(first, List.of(1, 2), 2, 1, 2, 3);
        // Custodian 3 never hears the others' last word.
        TreeMap<Integer, List<RitualMessage>> said = new TreeMap<>();
        for (int round = 0; round < 8; round++) {
            for (int number = 1; number <= 3; number++) {
                int hearer = number;
                Rituals.Progress progress = world.step(
                        number,
                        plan,
                        Optional.of(first),
                        said,
                        message -> hearer == 3 && message.kind() == RitualMessage.Kind.RECORDED ? null : message);
                said.put(number, progress.said());
            }
        }
        KeyRecord second = world.custodians.get(1).keys().get(0);
        assertThat(second.key().epoch()).isEqualTo(1);
        assertThat(world.custodians.get(3).keys().get(0).key().epoch()).isZero();
        world.restart(3);

        assertThat(world.custodians.get(3).install(CustodianWorld.ALICE, second))
                .isTrue();

        assertOpens(second, stanzas, 3, 1);
        assertThat(world.custodians.get(3).install(CustodianWorld.ALICE, first)).isFalse();
    }

    @Test
    void sharesOfARitualThatEndedBeforeItsRecordWasSignedAreForgotten() {
        RitualPlan plan = world.ceremonyPlan(KeyKind.INTERNAL, 2, 1, 2, 3);
        carryWithout(plan, RitualMessage.Kind.CERTIFIED);
        assertThat(pending(1)).containsExactly(plan.ritualId());

        world.now = plan.deadline().plusSeconds(1);
        KeyRecord another = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);

        for (int number = 1; number <= 3; number++) {
            assertThat(pending(number)).isEmpty();
        }
        assertOpens(another, wrap(another, false), 1, 3);
    }

    @Test
    void aSignedShareWaitsAWeekForTheRecordThatAnotherMayHave() {
        RitualPlan plan = world.ceremonyPlan(KeyKind.INTERNAL, 2, 1, 2, 3);
        carryWithout(plan, RitualMessage.Kind.RECORDED);

        world.now = plan.deadline().plus(Duration.ofDays(6));
        world.restart(1);
        world.custodians.get(2).tidy();
        assertThat(pending(1)).containsExactly(plan.ritualId());
        assertThat(pending(2)).containsExactly(plan.ritualId());

        world.now = plan.deadline().plus(Duration.ofDays(8));
        world.restart(1);
        world.custodians.get(2).tidy();
        assertThat(pending(1)).isEmpty();
        assertThat(pending(2)).isEmpty();
        assertThat(world.fragments(1)).as("its own keys stay").hasSize(2);
    }

    @Test
    void aSignedShareOfALaterEpochWaitsForTheNextResharing() {
        KeyRecord first = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        RitualPlan plan = world.resharePlan(first, List.of(1, 2), 2, 1, 2, 3);
        world.carry(
                plan, Optional.of(first), message -> message.kind() == RitualMessage.Kind.RECORDED ? null : message);

        world.now = plan.deadline().plus(Duration.ofDays(30));
        world.restart(3);
        assertThat(pending(3)).containsExactly(plan.ritualId());

        KeyRecord second = world.reshared(first, List.of(1, 2), 2, 1, 2, 3);
        assertThat(pending(3)).isEmpty();
        assertOpens(second, wrap(first, false), 3, 2);
    }

    @Test
    void aRehearsalOpensWhatItSealed() {
        assertThatCode(() -> new Rehearsal(world.entropy).run()).doesNotThrowAnyException();
    }

    private void carryWithout(RitualPlan plan, RitualMessage.Kind dropped) {
        CustodianWorld.Ending ending =
                world.carry(plan, Optional.empty(), message -> message.kind() == dropped ? null : message);
        assertThat(ending.record()).isEmpty();
    }

    private List<String> pending(int number) {
        return world.fragments(number).stream()
                .filter(label -> label.state() == Ritual.State.PENDING)
                .map(Ritual.Label::id)
                .toList();
    }

    @Test
    void onlyWhatTheHoldersConsentedToReplacesARecord() {
        KeyRecord first = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        KeyRecord second = world.reshared(first, List.of(1, 2), 2, 1, 2, 3);
        KeyRecord unconsented = new KeyRecord(
                second.body(),
                second.plan(),
                second.key(),
                second.transcriptHash(),
                second.signatures(),
                new TreeMap<>(java.util.Map.of(1, second.consents().get(1))));

        assertThat(second.follows(first)).isTrue();
        assertThat(unconsented.follows(first)).isFalse();
        assertThat(RecordCodec.parse(RecordCodec.print(second))).isEqualTo(second);
    }

    @Test
    void aRecordWithOneForeignSignatureIsNone() {
        KeyRecord record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        List<ByteString> signatures = new ArrayList<>(record.signatures());
        signatures.set(1, signatures.get(0));
        KeyRecord forged = new KeyRecord(
                record.body(), record.plan(), record.key(), record.transcriptHash(), signatures, record.consents());

        assertThatThrownBy(() -> RecordCodec.ofBytes(RecordCodec.toBytes(forged)))
                .hasMessageContaining("signature of custodian c2");
    }

    @Test
    void custodiansThatLeaveForgetTheirShares() {
        KeyRecord first = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        KeyRecord second = world.reshared(first, List.of(1, 2), 2, 3, 4, 5);

        for (int number : new int[] {1, 2}) {
            world.custodians.get(number).install(CustodianWorld.ALICE, second);
        }

        assertOpens(second, wrap(first, false), 1, 2);
        for (int number : new int[] {1, 2}) {
            assertThat(world.fragments(number)).noneMatch(label -> label.keyId().equals(first.keyId()));
        }
    }
}
