package beacon.index.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.log.RecordReader;
import beacon.index.log.RefusalException;
import beacon.model.Reason;
import beacon.proto.v1.EventRun;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryRunsTest {
    /** Far more looks than are allowed: whoever gets here would look for ever. */
    private static final int FOR_EVER = 100 * HistoryRuns.MAX_LOOKS;

    private int pauses;
    private boolean unwanted;

    @Test
    void historyThatDoesNotComeEndsInARefusalThatNamesWhereItEnds() throws InterruptedException {
        HistoryRuns runs = runs(5, new int[3]);
        assertThat(runs.next().getEventsCount()).isEqualTo(3);

        assertThatThrownBy(runs::next)
                .isInstanceOfSatisfying(
                        RefusalException.class,
                        e -> assertThat(e.refusal().reason()).isEqualTo(Reason.TOO_BUSY))
                .hasMessageContaining("through 5")
                .hasMessageContaining("from 4 on");
        assertThat(pauses).isEqualTo(HistoryRuns.MAX_LOOKS);
    }

    @Test
    void historyThatIsAMomentLateComesWithoutEmptyRuns() throws InterruptedException {
        List<EventRun> all = readAll(runs(3, new int[] {0, 7, 1}));

        assertThat(all).extracting(EventRun::getFirstSequence).containsExactly(1L, 2L, 3L);
        assertThat(all).allSatisfy(run -> assertThat(run.getEventsCount()).isEqualTo(1));
    }

    /** Otherwise a long export over a slow disk would end although it goes on. */
    @Test
    void eachRunMayBeAsLateAsTheFirst() throws InterruptedException {
        int late = HistoryRuns.MAX_LOOKS - 1;

        List<EventRun> all = readAll(runs(3, new int[] {late, late, late}));

        assertThat(all).hasSize(3);
        assertThat(pauses).isGreaterThan(HistoryRuns.MAX_LOOKS);
    }

    @Test
    void looksNoLongerWhenNobodyReads() {
        unwanted = true;

        assertThatThrownBy(runs(1, new int[1])::next).isInstanceOf(RefusalException.class);
        assertThat(pauses).isZero();
    }

    private static List<EventRun> readAll(HistoryRuns runs) throws InterruptedException {
        List<EventRun> all = new ArrayList<>();
        while (runs.hasNext()) {
            all.add(runs.next());
        }
        return all;
    }

    /**
     * Runs from the first to the given last event.
     *
     * @param late for each event that ever comes, how often it is looked for before
     */
    private HistoryRuns runs(long last, int[] late) {
        return new HistoryRuns(new LateReader(late), 1, last, () -> unwanted, millis -> {
            pauses++;
            assertThat(pauses).isLessThan(FOR_EVER);
        });
    }

    private static final class LateReader implements RecordReader {
        private final int[] late;
        private int sequence;

        LateReader(int[] late) {
            this.late = late.clone();
        }

        @Override
        public boolean next() {
            if (sequence == late.length || late[sequence]-- > 0) {
                return false;
            }
            sequence++;
            return true;
        }

        @Override
        public long sequence() {
            return sequence;
        }

        @Override
        public byte[] buffer() {
            return new byte[] {(byte) sequence};
        }

        @Override
        public int length() {
            return 1;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
