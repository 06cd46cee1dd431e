package beacon.dht.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionPlanTest {
    private static final Duration MOMENT = Duration.ofMillis(10);

    private final PeerId a = PeerId.ofPublicKey(ByteString.copyFromUtf8("a"));
    private final PeerId b = PeerId.ofPublicKey(ByteString.copyFromUtf8("b"));
    private final List<Step> steps = new ArrayList<>();
    private final BitswapLimits limits = BitswapLimits.defaults();
    private final SessionPlan plan = new SessionPlan(limits, new Recorder());
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private record Step(String what, PeerId peer, Cid cid) {}

    private final class Recorder implements SessionPlan.Effects {
        @Override
        public void ask(PeerId peer, Cid cid, boolean haveOnly) {
            steps.add(new Step(haveOnly ? "have?" : "want", peer, cid));
        }

        @Override
        public void cancel(PeerId peer, Cid cid) {
            steps.add(new Step("cancel", peer, cid));
        }

        @Override
        public void exhausted(Cid cid) {
            steps.add(new Step("exhausted", a, cid));
        }

        @Override
        public void failed(Cid cid, ExchangeException cause) {
            steps.add(new Step("failed " + cause.kind(), a, cid));
        }
    }

    private List<Cid> want(int count) {
        List<Cid> cids = Blocks.ids(count);
        cids.forEach(cid -> plan.add(cid, now));
        plan.assign(now);
        return cids;
    }

    private List<Step> took() {
        List<Step> taken = List.copyOf(steps);
        steps.clear();
        return taken;
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    /** A provider that answers until it counts as one that has everything. */
    private void prove(PeerId peer) {
        List<Cid> cids = Blocks.ids(10_008).subList(10_000, 10_008);
        cids.forEach(cid -> plan.add(cid, now));
        plan.assign(now);
        for (Cid cid : cids) {
            pass(MOMENT);
            plan.received(peer, cid, 1000, now);
        }
        took();
    }

    @Test
    void oneIsAskedForTheBlockAndTheOtherWhetherItHasIt() {
        plan.addProvider(a, now);
        plan.addProvider(b, now);

        Cid cid = want(1).get(0);

        assertThat(took()).containsExactly(new Step("want", a, cid), new Step("have?", b, cid));
    }

    @Test
    void whoHasItIsAskedWhenTheFirstDoesNot() {
        plan.addProvider(a, now);
        plan.addProvider(b, now);
        Cid cid = want(1).get(0);
        plan.have(b, cid, now);
        took();

        plan.denied(a, cid, now);

        assertThat(took()).containsExactly(new Step("want", b, cid));
    }

    @Test
    void whenAllDenyTheWantIsExhaustedOnceAndAskedOfANewProvider() {
        plan.addProvider(a, now);
        Cid cid = want(1).get(0);
        took();

        plan.denied(a, cid, now);
        plan.assign(now);
        assertThat(took()).containsExactly(new Step("exhausted", a, cid));
        plan.addProvider(b, now);

        assertThat(took()).contains(new Step("want", b, cid));
    }

    @Test
    void anArrivalIsCancelledWhereItWasWantedElse() {
        plan.addProvider(a, now);
        plan.addProvider(b, now);
        Cid cid = want(1).get(0);
        took();

        boolean first = plan.received(b, cid, 100, now);
        boolean second = plan.received(a, cid, 100, now);

        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(took()).containsExactly(new Step("cancel", a, cid));
    }

    @Test
    void whoSaidToHaveItNeedsNoCancel() {
        plan.addProvider(a, now);
        plan.addProvider(b, now);
        Cid cid = want(1).get(0);
        plan.have(b, cid, now);
        took();

        plan.received(a, cid, 100, now);

        assertThat(took()).isEmpty();
    }

    @Test
    void fewAreAskedOfAnUnknownPeerAndManyOfAProvenOne() {
        plan.addProvider(a, now);
        want(1000);
        assertThat(took()).hasSize(16);

        plan.wants().forEach(cid -> plan.fail(cid, new ExchangeException(ExchangeException.Kind.CLOSED, "test")));
        prove(a);
        want(1000);

        assertThat(took()).hasSize(limits.requests().wantsPerProvider());
    }

    @Test
    void ofLargeBlocksFewerAreAskedAtOnce() {
        plan.addProvider(a, now);
        List<Cid> cids = want(200);
        for (int i = 0; i < 100; i++) {
            pass(MOMENT);
            plan.received(a, cids.get(i), 1 << 20, now);
        }
        long underway =
                took().stream().filter(step -> step.what().equals("want")).count() - 100;

        assertThat(underway).isBetween(8L, 9L);
    }

    @Test
    void aSilentProviderLosesItsWantsAndAfterThreeTimesItsPlace() {
        plan.addProvider(a, now);
        Cid cid = want(1).get(0);
        List<Step> all = new ArrayList<>(took());

        for (int i = 0; i < 3; i++) {
            pass(limits.times().patience().plus(MOMENT));
            plan.tick(now);
            all.addAll(took());
        }

        Step want = new Step("want", a, cid);
        Step cancel = new Step("cancel", a, cid);
        assertThat(all).containsExactly(want, cancel, want, cancel, want, cancel, new Step("exhausted", a, cid));
        assertThat(plan.knows(a)).isFalse();
    }

    @Test
    void aProviderThatSendsAnythingIsNotSilent() {
        plan.addProvider(a, now);
        want(5);
        took();

        for (int i = 0; i < 10; i++) {
            pass(limits.times().patience().dividedBy(2));
            plan.heard(a, now);
            assertThat(plan.tick(now)).isEmpty();
        }

        assertThat(took()).isEmpty();
    }

    @Test
    void aLostProviderHandsItsWantsOver() {
        plan.addProvider(a, now);
        plan.addProvider(b, now);
        List<Cid> cids = want(10);
        took();

        plan.lost(a, now);

        assertThat(took()).allSatisfy(step -> assertThat(step.peer()).isEqualTo(b));
        cids.forEach(cid -> assertThat(plan.received(b, cid, 10, now)).isTrue());
        assertThat(plan.size()).isZero();
    }

    @Test
    void aWantWithoutProvidersFailsAfterAWhile() {
        want(1);
        plan.tick(now);
        assertThat(took()).extracting(Step::what).containsExactly("exhausted");

        pass(limits.times().noProvider().plus(MOMENT));
        plan.tick(now);

        assertThat(took()).extracting(Step::what).containsExactly("failed TIMEOUT");
        assertThat(plan.size()).isZero();
    }

    @Test
    void aWantThatIsLostAgainAndAgainFails() {
        plan.addProvider(a, now);
        Cid cid = want(1).get(0);
        took();

        for (int i = 0; i < 10 && plan.wants(cid); i++) {
            plan.interrupted(a, now);
            plan.addProvider(a, now);
        }

        assertThat(took()).filteredOn(step -> step.what().equals("want")).hasSize(4);
        assertThat(plan.wants(cid)).isFalse();
    }

    @Test
    void nearTheEndTheSlowestDoesNotHoldUpTheRest() {
        plan.addProvider(a, now);
        prove(a);
        plan.addProvider(b, now);
        List<Cid> cids = want(40);
        List<Cid> ofB = took().stream()
                .filter(step -> step.what().equals("want") && step.peer().equals(b))
                .map(Step::cid)
                .toList();
        assertThat(ofB).isNotEmpty();
        pass(Duration.ofSeconds(5));
        plan.received(b, ofB.get(0), 1000, now);
        took();

        for (Cid cid : cids) {
            if (!ofB.contains(cid)) {
                plan.received(a, cid, 1000, now);
            }
        }

        assertThat(took().stream()
                        .filter(step ->
                                step.what().equals("cancel") && step.peer().equals(b)))
                .isNotEmpty();
    }

    @Test
    void aPeerThatWasNotAskedChangesNothing() {
        plan.addProvider(a, now);
        Cid cid = want(1).get(0);
        took();

        plan.denied(b, cid, now);
        plan.have(b, cid, now);

        assertThat(took()).isEmpty();
        assertThat(plan.told(a, cid)).isTrue();
    }
}
