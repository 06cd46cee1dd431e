package beacon.keys.custodian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.authority.CustodyEvent;
import beacon.keys.authority.EventSink;
import beacon.keys.authority.Revocation;
import beacon.keys.authority.RoleClaim;
import beacon.keys.authority.StatementCodec;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.Stanza;
import beacon.keys.opening.OrgRecipient;
import beacon.keys.records.KeyKind;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RitualMessage;
import beacon.keys.records.RitualPlan;
import beacon.keys.signatures.RootKey;
import beacon.keys.signatures.SignatureCodec;
import beacon.keys.signatures.SignedStatement;
import beacon.keys.signatures.SubjectKey;
import beacon.model.Cid;
import beacon.model.Event;
import beacon.model.Event.KeyState;
import beacon.model.Reason;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Custodians that follow a log: what it says first counts first. */
class FollowedLogTest {
    @TempDir
    Path directory;

    private static final Cid MANIFEST = Cid.parse("bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");

    private final Entropy entropy = new TestEntropy(7);
    private final RootKey root = RootKey.generate("example", Optional.empty(), entropy);
    private final SubjectKey alice = SubjectKey.generate(entropy);
    private final FakeLog log = new FakeLog();
    private CustodianWorld world;
    private KeyRecord record;

    /** A log in memory; custodians hear it when they keep an event, as they do with the real one. */
    private final class FakeLog {
        private final List<Event> events = new ArrayList<>();
        private final Map<Integer, Integer> heard = new TreeMap<>();
        private boolean down;
        /** Happens while a decision is put on the log. */
        private Runnable meanwhile = () -> {};

        EventSink of(int number) {
            return new EventSink() {
                @Override
                public void keep(CustodyEvent event) {
                    if (down) {
                        throw RefusedException.of(Reason.NO_LEADER, "expected a leader, but found none");
                    }
                    meanwhile.run();
                    events.add(kept(event));
                    hear(number);
                }

                @Override
                public boolean isLog() {
                    return true;
                }
            };
        }

        private Event kept(CustodyEvent event) {
            if (event instanceof CustodyEvent.Recorded recorded) {
                return new Event.KeyRecorded(recorded.keyId(), recorded.epoch(), recorded.record());
            }
            if (event instanceof CustodyEvent.Aborted aborted) {
                return new Event.RitualAborted(aborted.ritualId(), aborted.blamed());
            }
            return event instanceof CustodyEvent.Revoked revoked
                    ? new Event.RevocationRecorded(revoked.statement())
                    : new Event.SequenceVoided();
        }

        void hear(int number) {
            for (int next = heard.getOrDefault(number, 0); next < events.size(); next++) {
                heard.put(number, next + 1);
                world.custodians.get(number).hear(events.get(next));
            }
        }
    }

    @BeforeEach
    void setUp() {
        world = new CustodianWorld(directory, 3, Optional.of(root), Optional.of(log::of));
        record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
    }

    @AfterEach
    void tearDown() {
        world.close();
    }

    private CustodianWorld.Asking asking(RoleClaim claim) {
        return asking(claim, wrap(FileKey.generate(entropy), false));
    }

    private List<Stanza> wrap(FileKey fileKey, boolean hybrid) {
        return new OrgRecipient(record, "writer", "audit", hybrid).wrap(fileKey, entropy);
    }

    private CustodianWorld.Asking asking(RoleClaim claim, List<Stanza> stanzas) {
        CustodianWorld.Asking asking = world.new Asking(record, stanzas);
        asking.key = Optional.of(alice);
        asking.claims = List.of(root.sign(RoleClaim.USE, StatementCodec.encode(claim), entropy));
        return asking;
    }

    private RoleClaim claim() {
        return new RoleClaim(
                ByteString.copyFrom(entropy.bytes(16)),
                "example",
                alice.did(),
                "auditor",
                List.of(RoleClaim.OPEN),
                List.of("*"),
                world.now.minusSeconds(1),
                world.now.plusSeconds(3600));
    }

    private void state(KeyState state) {
        log.events.add(new Event.KeyStateChanged(record.keyId(), state, false, ByteString.EMPTY, ""));
        List.of(1, 2, 3).forEach(log::hear);
    }

    private static void assertForbidden(CustodianWorld.Asking asking) {
        assertThatThrownBy(() -> asking.ask(1))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().reason()).isEqualTo(Reason.KEY_STATE_FORBIDS));
    }

    @Test
    void aKeyOpensFromItsActivationToItsRetirement() {
        assertForbidden(asking(claim()));

        state(KeyState.ACTIVE);
        assertThat(asking(claim()).open(1, 2)).isPresent();
        state(KeyState.DECRYPT_ONLY);
        assertThat(asking(claim()).open(1, 2)).isPresent();
        state(KeyState.RETIRED);

        assertForbidden(asking(claim()));
    }

    @Test
    void aRevocationThatIsOnTheLogBeforeTheDecisionIsNotOutrun() {
        state(KeyState.ACTIVE);
        RoleClaim claim = claim();
        CustodianWorld.Asking asking = asking(claim);
        log.events.add(new Event.RevocationRecorded(SignatureCodec.toBytes(revocation(claim))));

        assertThatThrownBy(() -> asking.ask(1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("ask again");

        assertThat(asking(claim).ask(1).get(0).refused()).contains("expected a valid role claim");
    }

    @Test
    void whatOneCustodianWasToldAllHear() {
        state(KeyState.ACTIVE);
        RoleClaim claim = claim();

        world.custodians.get(3).revoke(revocation(claim));
        log.hear(1);

        assertThat(asking(claim).ask(1).get(0).refused()).contains("expected a valid role claim");
    }

    @Test
    void withoutTheLogNothingIsAnswered() {
        state(KeyState.ACTIVE);
        log.down = true;

        assertThatThrownBy(() -> asking(claim()).ask(1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("expected a leader");
    }

    @Test
    void nonsenseOnTheLogChangesNothing() {
        state(KeyState.ACTIVE);
        RoleClaim claim = claim();
        SignedStatement forged = RootKey.generate("example", Optional.empty(), entropy)
                .sign(Revocation.USE, revocation(claim).statement(), entropy);
        log.events.add(new Event.RevocationRecorded(SignatureCodec.toBytes(forged)));
        log.events.add(new Event.RevocationRecorded(ByteString.copyFromUtf8("nonsense")));
        log.events.add(new Event.KeyRecorded(record.keyId(), 9, ByteString.copyFromUtf8("nonsense")));

        assertThat(asking(claim).open(1, 2)).isPresent();
    }

    @Test
    void aRecordThatTheLogMissedIsToldLater() {
        state(KeyState.ACTIVE);
        log.events.removeIf(Event.KeyRecorded.class::isInstance);
        log.heard.clear();
        world.now = world.now.plusSeconds(1);
        world.restart(1);
        log.hear(1);

        world.custodians.get(1).tidy();
        world.custodians.get(1).tidy();

        assertThat(log.events).filteredOn(Event.KeyRecorded.class::isInstance).hasSize(1);
    }

    @Test
    void aStartGoesOnWithWhatWasHeardBefore() {
        state(KeyState.ACTIVE);
        RoleClaim claim = claim();
        world.custodians.get(3).revoke(revocation(claim));
        List.of(1, 2).forEach(log::hear);
        LogPlace place = new LogPlace(9, 7, ByteString.copyFromUtf8("hash"));
        world.custodians.get(1).keepPlace(place);

        world.now = world.now.plusSeconds(1);
        world.restart(1);

        assertThat(world.custodians.get(1).place()).contains(place);
        assertThat(asking(claim()).open(1, 2)).isPresent();
        assertThat(asking(claim).ask(1).get(0).refused()).contains("expected a valid role claim");
        long before = log.events.size();
        world.custodians.get(1).tidy();
        world.custodians.get(1).revoke(revocation(claim));
        assertThat(log.events).hasSize((int) before);
    }

    private void erased(int number, List<Stanza> stanzas) {
        ByteString header = ByteString.copyFrom(
                Header.seal(FileKey.generate(entropy), stanzas).encode());
        world.custodians
                .get(number)
                .hearErased(List.of(
                        new Event.HeaderSet(MANIFEST, record.keyId(), header),
                        new Event.HeaderSet(MANIFEST, record.keyId(), ByteString.copyFromUtf8("nonsense"))));
    }

    private void assertOpensOnly(List<Stanza> kept, List<Stanza> gone) {
        assertThat(asking(claim(), kept).open(1, 2)).isPresent();
        assertThat(asking(claim(), gone).ask(1).get(0).refused()).contains("one that was deleted");
        assertThat(asking(claim(), gone).open(1, 2)).isEmpty();
    }

    @Test
    void whatWasDeletedIsNotOpenedAgainWhateverOfItsWrapIsAlteredAndAlsoAfterAStart() {
        state(KeyState.ACTIVE);
        for (boolean hybrid : new boolean[] {false, true}) {
            List<Stanza> kept = wrap(FileKey.generate(entropy), hybrid);
            List<Stanza> gone = wrap(FileKey.generate(entropy), hybrid);
            assertThat(asking(claim(), gone).open(1, 2)).isPresent();

            erased(1, gone);
            erased(1, gone);
            assertOpensOnly(kept, gone);
            Stanza first = gone.get(0);
            List<Stanza> altered = new ArrayList<>(gone);
            altered.set(0, new Stanza(first.arguments(), other(first.body())));
            assertThat(asking(claim(), altered).ask(1).get(0).isRefused()).isTrue();

            world.custodians.get(1).keepPlace(new LogPlace(9, 7, ByteString.copyFromUtf8("hash")));
            world.now = world.now.plusSeconds(1);
            world.restart(1);
            assertOpensOnly(kept, gone);
        }
    }

    private static ByteString other(ByteString body) {
        byte[] bytes = body.toByteArray();
        bytes[0] ^= 1;
        return ByteString.copyFrom(bytes);
    }

    @Test
    void aDeletionThatIsOnTheLogBeforeTheDecisionIsNotOutrun() {
        state(KeyState.ACTIVE);
        List<Stanza> gone = wrap(FileKey.generate(entropy), false);
        log.meanwhile = () -> erased(1, gone);

        assertThatThrownBy(() -> asking(claim(), gone).ask(1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("ask again");

        assertThat(asking(claim(), gone).ask(1).get(0).refused()).contains("one that was deleted");
        assertThat(asking(claim()).open(1, 2)).isPresent();
    }

    @Test
    void whatACrashLeftOfAnErasureIsOverwrittenAndWhatIsMissingIsSaid() throws IOException {
        state(KeyState.ACTIVE);
        List<Stanza> first = wrap(FileKey.generate(entropy), false);
        List<Stanza> second = wrap(FileKey.generate(entropy), false);
        erased(1, first);
        world.custodians.get(1).keepPlace(new LogPlace(9, 7, ByteString.copyFromUtf8("hash")));
        Path file = world.directory(1)
                .resolve("erased")
                .resolve(HexFormat.of().formatHex(record.keyId().toByteArray()));
        byte[] whole = Files.readAllBytes(file);

        Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
        world.now = world.now.plusSeconds(1);
        world.restart(1);
        erased(1, second);
        world.now = world.now.plusSeconds(1);
        world.restart(1);

        assertThat(Files.readAllBytes(file)).startsWith(whole).hasSize(2 * whole.length);
        assertOpensOnly(wrap(FileKey.generate(entropy), false), first);
        assertOpensOnly(wrap(FileKey.generate(entropy), false), second);

        byte[] damaged = whole.clone();
        damaged[0] ^= 1;
        Files.write(file, damaged);
        assertThatThrownBy(() -> world.restart(1))
                .isInstanceOf(CustodianException.class)
                .hasMessageContaining("1 erased wraps or more")
                .hasMessageContaining("from its beginning");
        Files.write(file, whole);
        world.restart(1);
    }

    @Test
    void aCustodianThatDidNotKnowOfErasuresHearsTheLogAgain() throws IOException {
        state(KeyState.ACTIVE);
        world.custodians.get(1).keepPlace(new LogPlace(9, 7, ByteString.copyFromUtf8("hash")));
        Path file = world.directory(1).resolve("log").resolve("heard.json");
        Files.writeString(file, Files.readString(file).replace("heard-log/2", "heard-log/1"));

        world.restart(1);

        assertThat(world.custodians.get(1).place()).isEmpty();
    }

    @Test
    void whatWasHeardIsReadWholeOrNotAtAll() throws IOException {
        state(KeyState.ACTIVE);
        world.custodians.get(1).keepPlace(new LogPlace(9, 7, ByteString.copyFromUtf8("hash")));
        Path file = world.directory(1).resolve("log").resolve("heard.json");
        String text = Files.readString(file);

        for (String damaged : List.of("", "{}", text.substring(0, text.length() / 2), text.replace("ACTIVE", "X"))) {
            Files.writeString(file, damaged);
            assertThatThrownBy(() -> world.restart(1))
                    .isInstanceOf(CustodianException.class)
                    .hasMessageContaining("heard again from its beginning");
        }
        Files.writeString(file, text);
        world.restart(1);
    }

    @Test
    void withARootTheLogAloneKeepsADestroyedKeyShutAndTheRootHasItsSharesDeleted() {
        state(KeyState.ACTIVE);
        state(KeyState.DESTROYED);

        assertForbidden(asking(claim()));
        assertThat(world.fragments(1)).anyMatch(label -> label.keyId().equals(record.keyId()));

        Revocation revocation = new Revocation("example", ByteString.EMPTY, record.keyId(), "over", world.now);
        world.custodians.get(2).revoke(root.sign(Revocation.USE, StatementCodec.encode(revocation), entropy));
        log.hear(1);

        assertThat(world.fragments(1)).noneMatch(label -> label.keyId().equals(record.keyId()));
        assertThat(world.fragments(2)).noneMatch(label -> label.keyId().equals(record.keyId()));
    }

    @Test
    void whatWasErasedOfAKeyIsForgottenWithItAlsoWhenThatWasCutShort() {
        state(KeyState.ACTIVE);
        List<Stanza> gone = wrap(FileKey.generate(entropy), false);
        erased(2, gone);
        LogPlace place = new LogPlace(9, 7, ByteString.copyFromUtf8("hash"));
        world.custodians.get(2).keepPlace(place);
        Revocation revocation = new Revocation("example", ByteString.EMPTY, record.keyId(), "over", world.now);
        world.custodians.get(2).revoke(root.sign(Revocation.USE, StatementCodec.encode(revocation), entropy));

        // What was heard still counts on the file.
        world.now = world.now.plusSeconds(1);
        world.restart(2);
        world.custodians.get(2).keepPlace(place);
        erased(2, gone);

        assertThat(world.directory(2).resolve("erased")).isEmptyDirectory();
        world.now = world.now.plusSeconds(1);
        world.restart(2);
    }

    @Test
    void withoutARootTheLogHasSharesDeletedAlsoWhenADeletionWasCutShort() {
        world.close();
        log.events.clear();
        log.heard.clear();
        world = new CustodianWorld(directory.resolve("rootless"), 3, Optional.empty(), Optional.of(log::of));
        record = world.born(KeyKind.INTERNAL, 2, 1, 2, 3);
        state(KeyState.ACTIVE);

        state(KeyState.DESTROYED);

        assertThat(world.fragments(1)).noneMatch(label -> label.keyId().equals(record.keyId()));
        assertThat(world.custodians.get(1).keys()).isEmpty();
        world.custodians.get(1).keepPlace(new LogPlace(9, 7, ByteString.copyFromUtf8("hash")));
        world.restart(1);
        assertThatThrownBy(() -> world.custodians.get(1).install(CustodianWorld.OPERATOR, record))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("destroyed");
    }

    private SignedStatement revocation(RoleClaim claim) {
        Revocation revocation = new Revocation("example", claim.id(), ByteString.EMPTY, "left", world.now);
        return root.sign(Revocation.USE, StatementCodec.encode(revocation), entropy);
    }

    @Test
    void whatAnotherHolderGaveUpIsGivenUpAndItsShareForgotten() {
        RitualPlan plan = world.ceremonyPlan(KeyKind.INTERNAL, 2, 1, 2, 3);
        world.carry(plan, Optional.empty(), message -> message.kind() == RitualMessage.Kind.CERTIFIED ? null : message);
        assertThat(world.fragments(2)).anyMatch(label -> label.id().equals(plan.ritualId()));

        log.events.add(new Event.RitualAborted(plan.ritualId(), List.of("1 BAD_CERTIFICATE")));
        log.hear(2);
        world.custodians.get(2).tidy();

        assertThat(world.fragments(2)).noneMatch(label -> label.id().equals(plan.ritualId()));
        assertThat(world.carry(plan, Optional.empty(), message -> message).record())
                .isEmpty();
    }
}
