package beacon.index.linear;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Histories whose verdict is known; both checks have to agree with it. */
class LinearizabilityTest {
    private final List<Operation<RegisterCall>> history = new ArrayList<>();

    @Test
    void acceptsAnEmptyHistory() {
        assertThat(search()).isEqualTo(new Verdict.Linearizable());
        assertThat(ordered()).isEqualTo(new Verdict.Linearizable());
    }

    @Test
    void acceptsAReadThatOverlapsAnAppendWithTheOldAndWithTheNewValue() {
        appended("a", 1, 0, 10);
        appended("b", 2, 20, 40);
        read(1, "a", 21, 30);
        read(2, "b", 22, 31);

        assertThat(search()).isEqualTo(new Verdict.Linearizable());
        assertThat(ordered("a", "b")).isEqualTo(new Verdict.Linearizable());
    }

    @Test
    void acceptsConcurrentAppendsInEitherOrder() {
        appended("a", 2, 0, 10);
        appended("b", 1, 0, 10);

        assertThat(search()).isEqualTo(new Verdict.Linearizable());
        assertThat(ordered("b", "a")).isEqualTo(new Verdict.Linearizable());
    }

    @Test
    void acceptsAnUnansweredAppendThatTookEffectLater() {
        unknown("a", OptionalLong.empty(), 0);
        read(0, "", 10, 20);
        read(1, "a", 30, 40);

        assertThat(search()).isEqualTo(new Verdict.Linearizable());
        assertThat(ordered("a")).isEqualTo(new Verdict.Linearizable());
    }

    @Test
    void acceptsAnUnansweredAppendThatNeverTookEffect() {
        unknown("a", OptionalLong.empty(), 0);
        appended("b", 1, 10, 20);
        read(1, "b", 30, 40);

        assertThat(search()).isEqualTo(new Verdict.Linearizable());
        assertThat(ordered("b")).isEqualTo(new Verdict.Linearizable());
    }

    @Test
    void acceptsThatOneOfTwoConditionalAppendsWins() {
        append("a", OptionalLong.of(0), 1, 0, 10);
        stale("b", 0, 1, 0, 10);

        assertThat(search()).isEqualTo(new Verdict.Linearizable());
        assertThat(ordered("a")).isEqualTo(new Verdict.Linearizable());
    }

    @Test
    void findsAStaleRead() {
        appended("a", 1, 0, 10);
        appended("b", 2, 20, 30);
        read(1, "a", 40, 50);

        assertThat(search()).isInstanceOf(Verdict.Violation.class);
        assertThat(ordered("a", "b")).isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void findsAReadThatGoesBackBehindAnotherRead() {
        appended("a", 1, 0, 10);
        unknown("b", OptionalLong.empty(), 20);
        read(2, "b", 30, 40);
        read(1, "a", 50, 60);

        assertThat(search()).isInstanceOf(Verdict.Violation.class);
        assertThat(ordered("a", "b")).isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void findsALostUpdate() {
        appended("a", 1, 0, 10);
        appended("b", 1, 20, 30);

        assertThat(search()).isInstanceOf(Verdict.Violation.class);
        assertThat(ordered("b")).isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void findsAnAppendThatWasAppliedTwice() {
        appended("a", 1, 0, 10);
        read(2, "a", 20, 30);

        assertThat(search()).isInstanceOf(Verdict.Violation.class);
        assertThat(ordered("a", "a")).isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void findsAReadFromTheFuture() {
        read(1, "a", 0, 10);
        appended("a", 1, 20, 30);

        assertThat(search()).isInstanceOf(Verdict.Violation.class);
        assertThat(ordered("a")).isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void findsAConditionalAppendThatWasAcceptedOnAnOldRevision() {
        appended("a", 1, 0, 10);
        append("b", OptionalLong.of(0), 2, 20, 30);

        assertThat(search()).isInstanceOf(Verdict.Violation.class);
        assertThat(ordered("a", "b")).isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void findsARefusalThatNamesARevisionFromThePast() {
        appended("a", 1, 0, 10);
        appended("b", 2, 20, 30);
        stale("c", 7, 1, 40, 50);

        assertThat(search()).isInstanceOf(Verdict.Violation.class);
        assertThat(ordered("a", "b")).isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void findsAValueThatNobodyAppended() {
        read(1, "a", 0, 10);

        assertThat(search()).isInstanceOf(Verdict.Violation.class);
        assertThat(ordered("a")).isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void findsAnAcknowledgedAppendThatTheJournalDoesNotHold() {
        appended("a", 1, 0, 10);

        assertThat(ordered()).isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void saysSoWhenTheSearchIsTooLong() {
        for (int i = 0; i < 12; i++) {
            unknown("v" + i, OptionalLong.empty(), 0);
        }
        read(12, "nobody", 10, 20);

        Verdict verdict = new WingGongCheck<>(new RevisionRegister(), 1_000).check(history);

        assertThat(verdict).isInstanceOf(Verdict.Undecided.class);
    }

    private Verdict search() {
        return new WingGongCheck<>(new RevisionRegister()).check(history);
    }

    private Verdict ordered(String... values) {
        return RevisionOrderCheck.check(history, List.of(values));
    }

    private void appended(String value, long revision, long from, long to) {
        append(value, OptionalLong.empty(), revision, from, to);
    }

    private void append(String value, OptionalLong expected, long revision, long from, long to) {
        add(new RegisterCall.Appended(value, expected, revision), from, to);
    }

    private void stale(String value, long expected, long current, long from, long to) {
        add(new RegisterCall.FoundStale(value, expected, current), from, to);
    }

    private void unknown(String value, OptionalLong expected, long from) {
        add(new RegisterCall.AppendUnknown(value, expected), from, Operation.NEVER);
    }

    private void read(long revision, String value, long from, long to) {
        add(new RegisterCall.Read(revision, value), from, to);
    }

    private void add(RegisterCall call, long from, long to) {
        history.add(new Operation<>(history.size(), call, from, to));
    }
}
