package beacon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StageTest {
    @Test
    void whatProcessorsAllowCountsEachStageAsOftenAsItIsPassed() {
        Map<String, Stage> stages = Map.of("seal", new Stage(1_000, 1), "hash", new Stage(2_000, 2));

        double bound = Stage.bound(stages, Map.of("hash", 2), 2);

        // Two processors for 1 + 2 · 2 seconds a GB.
        assertThat(bound).isEqualTo(400);
    }
}
