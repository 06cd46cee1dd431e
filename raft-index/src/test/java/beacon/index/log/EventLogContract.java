package beacon.index.log;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.admission.Admission;
import beacon.index.state.RecordedCodec;
import beacon.model.Reason;
import beacon.proto.v1.AppendRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link EventLog} keeps. */
public abstract class EventLogContract {
    private EventLog log;

    /** An empty log, the same for all calls within a test. */
    protected abstract EventLog open() throws Exception;

    protected abstract void close() throws Exception;

    /** Waits until the condition holds, with a deadline. */
    protected abstract void await(BooleanSupplier condition);

    @BeforeEach
    final void openLog() throws Exception {
        log = open();
    }

    @AfterEach
    final void closeLog() throws Exception {
        close();
    }

    private AppendResult append(AppendRequest request) {
        Admission.Verdict verdict = new Admission().admit("tester", request);
        assertThat(verdict).isInstanceOf(Admission.Verdict.Admitted.class);
        try {
            return log.append(((Admission.Verdict.Admitted) verdict).append())
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private AppendResult.Accepted accepted(AppendRequest request) {
        AppendResult result = append(request);
        assertThat(result).isInstanceOf(AppendResult.Accepted.class);
        return (AppendResult.Accepted) result;
    }

    private Reason refused(AppendRequest request) {
        AppendResult result = append(request);
        assertThat(result).isInstanceOf(AppendResult.Refused.class);
        return ((AppendResult.Refused) result).refusal().reason();
    }

    private List<Recorded> readAll() {
        List<Recorded> read = new ArrayList<>();
        try (RecordReader reader = log.readFrom(1)) {
            while (reader.next()) {
                read.add(RecordedCodec.decode(reader.copy()));
            }
        }
        return read;
    }

    @Test
    void numbersEventsDenselyFromOne() {
        accepted(AnAppend.withId(1).pointing("a", 1).request());
        accepted(AnAppend.withId(2).pointing("b", 2).deciding("b", 10).request());

        AppendResult.Accepted third =
                accepted(AnAppend.withId(3).pointing("c", 3).request());

        assertThat(third.firstSequence()).isEqualTo(4);
        assertThat(readAll()).extracting(Recorded::sequence).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void answersTheSameRequestWithTheSameAnswer() {
        AppendRequest request =
                AnAppend.withId(1).pointing("a", 1).pointing("a", 2).request();
        AppendResult.Accepted first = accepted(request);
        accepted(AnAppend.withId(2).pointing("a", 3).request());

        AppendResult.Accepted again = accepted(request);

        assertThat(again).isEqualTo(first);
        assertThat(again.revisions()).containsExactly(1L, 2L);
        assertThat(log.lastSequence()).isEqualTo(3);
    }

    @Test
    void refusesTheSameRequestIdWithOtherContent() {
        accepted(AnAppend.withId(1).pointing("a", 1).request());

        Reason reason = refused(AnAppend.withId(1).pointing("a", 2).request());

        assertThat(reason).isEqualTo(Reason.REQUEST_ID_REUSED);
        assertThat(log.lastSequence()).isEqualTo(1);
    }

    @Test
    void repeatsARefusalEvenWhenItWouldNowBeAccepted() {
        AppendRequest early =
                AnAppend.withId(1).pointing("a", 1).expecting("a", 1).request();
        Reason first = refused(early);
        accepted(AnAppend.withId(2).pointing("a", 1).request());

        Reason again = refused(early);

        assertThat(first).isEqualTo(Reason.STALE_REVISION);
        assertThat(again).isEqualTo(Reason.STALE_REVISION);
    }

    @Test
    void appliesAllEventsOfAnAppendOrNone() {
        AppendRequest request = AnAppend.withId(1)
                .pointing("a", 1)
                .pointing("b", 1)
                .expecting("b", 7)
                .request();

        Reason reason = refused(request);

        assertThat(reason).isEqualTo(Reason.STALE_REVISION);
        assertThat(log.lastSequence()).isZero();
    }

    @Test
    void letsTimeNeverGoBack() {
        for (int i = 1; i <= 20; i++) {
            accepted(AnAppend.withId(i).pointing("a", i).request());
        }

        List<Recorded> events = readAll();

        assertThat(events).isSortedAccordingTo((a, b) -> Long.compare(a.timeUnixMicros(), b.timeUnixMicros()));
    }

    @Test
    void chainsTheEventsOfAnAddress() {
        accepted(AnAppend.withId(1).pointing("a", 1).pointing("b", 1).request());
        accepted(AnAppend.withId(2).deciding("a", 5).pointing("a", 2).request());

        List<Recorded> events = readAll();

        assertThat(events).extracting(Recorded::previous).containsExactly(0L, 0L, 1L, 3L);
        assertThat(events).extracting(Recorded::revision).containsExactly(1L, 1L, 0L, 2L);
    }

    @Test
    void tellsListenersOfWhatIsNewAndStopsWhenTheyLeave() {
        ConcurrentLinkedQueue<Long> heard = new ConcurrentLinkedQueue<>();
        EventLog.Subscription subscription = log.onAdvance(heard::add);
        accepted(AnAppend.withId(1).pointing("a", 1).request());
        await(() -> heard.contains(1L));

        subscription.close();
        accepted(AnAppend.withId(2).pointing("a", 2).request());

        assertThat(heard).doesNotContain(2L);
    }

    @Test
    void confirmsReadsThatSeeEverythingAcknowledged() throws Exception {
        AppendResult.Accepted appended =
                accepted(AnAppend.withId(1).pointing("a", 1).request());

        long sequence = log.readBarrier().toCompletableFuture().get(30, TimeUnit.SECONDS);

        assertThat(sequence).isGreaterThanOrEqualTo(appended.lastSequence());
    }
}
