package beacon.node.steward;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.model.Event.MoveCause;
import beacon.model.NodeId;
import beacon.steward.Intent;
import beacon.views.pins.GroupRef;
import com.google.protobuf.ByteString;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealCrewTest {
    private static final int PATIENCE_SECONDS = 20;
    private static final int MANY = 100;

    private final HealCrew crew = new HealCrew(task -> {
        Thread thread = new Thread(task, "heal");
        thread.setDaemon(true);
        return thread;
    });

    @AfterEach
    void stop() throws InterruptedException {
        assertThat(crew.stop(PATIENCE_SECONDS)).isTrue();
    }

    @Test
    void oneThatHangsHoldsUpNoOther() throws InterruptedException {
        CountDownLatch others = new CountDownLatch(MANY - 1);
        CountDownLatch never = new CountDownLatch(1);

        want(MANY, intents -> {
            if (intents.get(0).column() == 0) {
                never.await();
            }
            others.countDown();
        });

        assertThat(others.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void failuresTakeNoPlaces() throws InterruptedException {
        CountDownLatch tried = new CountDownLatch(MANY);
        want(MANY, intents -> {
            tried.countDown();
            throw new IllegalStateException("as planned");
        });
        assertThat(tried.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        CountDownLatch others = new CountDownLatch(MANY);
        crew.begin();
        crew.want(
                IntStream.range(MANY, 2 * MANY).mapToObj(HealCrewTest::intent).toList(), intents -> others.countDown());

        assertThat(others.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private void want(int artifacts, HealCrew.Work work) {
        crew.begin();
        crew.want(IntStream.range(0, artifacts).mapToObj(HealCrewTest::intent).toList(), work);
    }

    private static Intent intent(int number) {
        byte[] id = new byte[34];
        id[0] = 0x12;
        id[1] = 32;
        return new Intent(
                new GroupRef(ByteString.copyFromUtf8("artifact-" + number), 1),
                number,
                1,
                NodeId.of(ByteString.copyFrom(id)),
                MoveCause.REPAIRED,
                new Intent.Sources(new TreeMap<>(), 2, 1, 1));
    }
}
