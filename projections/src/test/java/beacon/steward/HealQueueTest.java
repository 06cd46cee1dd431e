package beacon.steward;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.model.Event.MoveCause;
import beacon.model.NodeId;
import beacon.views.TestLog;
import beacon.views.pins.GroupRef;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HealQueueTest {
    private final HealQueue queue = new HealQueue();

    @Test
    void theMostEndangeredIsNextWithAllThatIsWantedOfIt() {
        decide(intent(7, 1), intent(3, 0), intent(7, 2));

        assertThat(queue.next()).contains(List.of(intent(7, 1), intent(7, 2)));
        assertThat(queue.next()).contains(List.of(intent(3, 0)));
        assertThat(queue.next()).isEmpty();
    }

    @Test
    void aNewDecisionReplacesWhatNobodyBegan() {
        decide(intent(1, 0), intent(2, 0));
        queue.next();

        decide(intent(1, 0), intent(3, 0));

        assertThat(queue.next()).as("1 is worked on, and 2 is wanted no more").contains(List.of(intent(3, 0)));
        assertThat(queue.next()).isEmpty();
    }

    @Test
    void whatEndedWhileADecisionWasMadeWaitsForTheNextOne() {
        decide(intent(1, 0));
        queue.next();
        queue.begin();
        queue.ended(manifest(1));
        queue.replace(List.of(intent(1, 0)));

        assertThat(queue.next()).isEmpty();
        decide(intent(1, 0));
        assertThat(queue.next()).contains(List.of(intent(1, 0)));
    }

    @Test
    void somethingSlowTakesOnePlaceOnly() {
        decide(IntStream.range(0, 2 * HealQueue.AT_ONCE)
                .mapToObj(number -> intent(number, 0))
                .toArray(Intent[]::new));
        assertThat(queue.ready()).isEqualTo(HealQueue.AT_ONCE);
        for (int i = 0; i < HealQueue.AT_ONCE; i++) {
            assertThat(queue.next()).isPresent();
        }
        assertThat(queue.ready()).isZero();
        assertThat(queue.next()).isEmpty();

        for (int ended = 1; ended < HealQueue.AT_ONCE; ended++) {
            queue.ended(manifest(ended));
            assertThat(queue.next()).isPresent();
        }
        assertThat(queue.next()).isEmpty();
    }

    @Test
    void whatWasForgottenIsNotBegun() {
        decide(intent(1, 0), intent(2, 0));
        Optional<List<Intent>> begun = queue.next();

        queue.clear();

        assertThat(begun).isPresent();
        assertThat(queue.next()).isEmpty();
    }

    private void decide(Intent... intents) {
        queue.begin();
        queue.replace(List.of(intents));
    }

    private static Intent intent(int artifact, int column) {
        return new Intent(
                new GroupRef(manifest(artifact), 1),
                column,
                9,
                NodeId.of(TestLog.node(1)),
                MoveCause.REPAIRED,
                new Intent.Sources(new TreeMap<>(), 2, 1, 1));
    }

    private static ByteString manifest(int artifact) {
        return ByteString.copyFromUtf8("artifact-" + artifact);
    }
}
