package beacon.index.state;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.log.RequestId;
import beacon.model.Reason;
import beacon.model.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RequestMemoryTest {
    @Property(tries = 50)
    void remembersExactlyTheLastOnes(
            @ForAll @IntRange(min = 1, max = 6) int bits, @ForAll @IntRange(max = 300) int count, @ForAll long seed) {
        int capacity = 1 << bits;
        RequestMemory memory = new RequestMemory(capacity);
        Map<RequestId, Long> all = new LinkedHashMap<>();
        for (int i = 1; i <= count; i++) {
            RequestId id = new RequestId(seed * i, seed ^ i);
            if (all.put(id, (long) i) == null) {
                memory.accepted(id, i, i, 1);
            }
        }

        int forgotten = Math.max(0, all.size() - capacity);

        int at = 0;
        for (Map.Entry<RequestId, Long> each : all.entrySet()) {
            RequestMemory.Answer answer = memory.find(each.getKey());
            if (at++ < forgotten) {
                assertThat(answer).isNull();
            } else {
                assertThat(answer).isNotNull();
                assertThat(answer.fingerprint()).isEqualTo(answer.firstSequence());
            }
        }
    }

    @Test
    void saysHowFarItsHorizonHasMoved() {
        RequestMemory memory = new RequestMemory(4);
        for (int i = 1; i <= 6; i++) {
            memory.accepted(new RequestId(0, i), 0, 10L * i, 3);
        }

        assertThat(memory.horizon()).isEqualTo(22);
        assertThat(memory.size()).isEqualTo(4);
    }

    @Test
    void remembersRefusalsAndForgetsThemWithTheWindow() {
        RequestMemory memory = new RequestMemory(2);
        RequestId id = new RequestId(1, 1);
        memory.refused(id, 5, Refusal.of(Reason.STALE_REVISION, "no"), 7);
        assertThat(memory.find(id).refusal().reason()).isEqualTo(Reason.STALE_REVISION);

        memory.accepted(new RequestId(2, 2), 0, 8, 1);
        memory.accepted(new RequestId(3, 3), 0, 9, 1);

        assertThat(memory.find(id)).isNull();
        assertThat(memory.horizon()).isEqualTo(7);
    }

    @Test
    void copiesAreIndependent() {
        RequestMemory memory = new RequestMemory(8);
        memory.accepted(new RequestId(1, 1), 0, 1, 1);
        RequestMemory copy = memory.copy();

        memory.accepted(new RequestId(2, 2), 0, 2, 1);

        assertThat(copy.find(new RequestId(2, 2))).isNull();
        assertThat(copy.size()).isEqualTo(1);
    }
}
