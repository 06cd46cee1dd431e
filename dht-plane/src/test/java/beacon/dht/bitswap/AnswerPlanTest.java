package beacon.dht.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.bitswap.AnswerPlan.Answer;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AnswerPlanTest {
    private static final int LARGE = 1 << 20;
    private static final int SMALL = 64 << 10;

    private final PeerId greedy = peer("greedy");
    private final PeerId modest = peer("modest");
    private final AnswerPlan plan = new AnswerPlan(new BitswapLimits.Answers(1024, 2L * LARGE, 4L * LARGE));

    private static PeerId peer(String name) {
        return PeerId.ofPublicKey(ByteString.copyFromUtf8(name));
    }

    private static ByteString cid(int number) {
        return ByteString.copyFromUtf8("cid " + number);
    }

    @Test
    void peersTakeTurnsByBytes() {
        for (int i = 0; i < 100; i++) {
            plan.add(greedy, cid(i), LARGE, 1);
            plan.add(modest, cid(i), SMALL, 1);
        }
        Map<PeerId, Long> bytes = new TreeMap<>();

        for (int i = 0; i < 50; i++) {
            Answer answer = plan.take().orElseThrow();
            bytes.merge(answer.peer(), (long) answer.sizeBytes(), Long::sum);
            plan.done(answer);
        }

        assertThat(Math.abs(bytes.get(greedy) - bytes.get(modest))).isLessThanOrEqualTo(LARGE);
    }

    @Test
    void whoComesLateGetsItsShareFromThenOnAndNoMore() {
        for (int i = 0; i < 100; i++) {
            plan.add(greedy, cid(i), SMALL, 1);
        }
        for (int i = 0; i < 50; i++) {
            plan.done(plan.take().orElseThrow());
        }
        for (int i = 0; i < 50; i++) {
            plan.add(modest, cid(i), SMALL, 1);
        }

        List<PeerId> served = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Answer answer = plan.take().orElseThrow();
            served.add(answer.peer());
            plan.done(answer);
        }

        assertThat(served.stream().filter(modest::equals).count()).isBetween(9L, 11L);
    }

    @Test
    void whatIsUnderWayIsBoundedForEachPeerAndInAll() {
        for (int i = 0; i < 10; i++) {
            plan.add(greedy, cid(i), LARGE, 1);
        }
        assertThat(drain()).hasSize(2);
        for (int p = 0; p < 5; p++) {
            plan.add(peer("peer " + p), cid(p), LARGE, 1);
        }

        assertThat(drain()).hasSize(2);
        assertThat(plan.underwayBytes()).isEqualTo(4L * LARGE);
        assertThat(plan.isUnderPressure()).isTrue();
        plan.remove(greedy);
        assertThat(drain()).hasSize(2);
    }

    @Test
    void tinyBlocksAreBoundedInNumber() {
        for (int i = 0; i < 1000; i++) {
            plan.add(greedy, cid(i), 1, 1);
        }

        assertThat(drain()).hasSize(2 * LARGE / AnswerPlan.MIN_CHARGE_BYTES);
    }

    @Test
    void aBlockLargerThanTheShareOfAPeerIsSentAlone() {
        plan.add(greedy, cid(1), 3 * LARGE, 1);
        plan.add(greedy, cid(2), 1, 1);

        List<Answer> first = drain();
        first.forEach(plan::done);

        assertThat(first).extracting(Answer::cid).containsExactly(cid(1));
        assertThat(drain()).extracting(Answer::cid).containsExactly(cid(2));
    }

    @Test
    void higherPriorityGoesFirstAndCancelledOnesNever() {
        plan.add(greedy, cid(1), 10, 1);
        plan.add(greedy, cid(2), 10, 5);
        plan.add(greedy, cid(3), 10, 1);
        plan.add(greedy, cid(4), 10, 1);
        plan.cancel(greedy, cid(3));
        assertThat(plan.pendingBytes(greedy)).isEqualTo(30);

        assertThat(drain()).extracting(Answer::cid).containsExactly(cid(2), cid(1), cid(4));

        assertThat(plan.pendingBytes(greedy)).isZero();
    }

    private List<Answer> drain() {
        List<Answer> taken = new ArrayList<>();
        for (Optional<Answer> next = plan.take(); next.isPresent(); next = plan.take()) {
            taken.add(next.get());
        }
        return taken;
    }
}
