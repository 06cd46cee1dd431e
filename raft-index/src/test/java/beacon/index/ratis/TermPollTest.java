package beacon.index.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A poll says yes for a majority of this term only. */
class TermPollTest {
    private static final long TERM = 7;
    private static final List<String> THREE = List.of("a", "b", "c");

    private static CompletableFuture<Boolean> result(TermPoll poll) {
        return poll.result().toCompletableFuture();
    }

    @Test
    void confirmsWithAMajorityInThisTerm() {
        TermPoll poll = new TermPoll(TERM, List.of(THREE, List.of()));

        poll.answered("a", TERM);
        assertThat(result(poll)).isNotDone();
        poll.failed("b");
        assertThat(result(poll)).isNotDone();
        poll.answered("c", TERM);

        assertThat(result(poll)).isCompletedWithValue(true);
    }

    @Test
    void countsAMemberThatLagsBehindInAnEarlierTerm() {
        TermPoll poll = new TermPoll(TERM, List.of(THREE));

        poll.answered("a", TERM);
        poll.answered("b", TERM - 2);

        assertThat(result(poll)).isCompletedWithValue(true);
    }

    @Test
    void refusesWhenAMajorityIsInALaterTerm() {
        TermPoll poll = new TermPoll(TERM, List.of(THREE));

        poll.answered("a", TERM);
        poll.answered("b", TERM + 1);
        poll.answered("c", TERM + 1);

        assertThat(result(poll)).isCompletedWithValue(false);
    }

    @Test
    void countsAnAnswerOnce() {
        TermPoll poll = new TermPoll(TERM, List.of(THREE));

        poll.answered("a", TERM);
        poll.answered("a", TERM);
        poll.failed("b");

        assertThat(result(poll)).isNotDone();
    }

    @Test
    void wantsAMajorityOfBothConfigurationsWhileTheyChange() {
        TermPoll poll = new TermPoll(TERM, List.of(List.of("c", "d", "e"), THREE));

        poll.answered("a", TERM);
        poll.answered("b", TERM);
        assertThat(result(poll)).isNotDone();
        poll.answered("d", TERM);
        assertThat(result(poll)).isNotDone();
        poll.answered("e", TERM);

        assertThat(result(poll)).isCompletedWithValue(true);
    }

    @Test
    void refusesWhenOneOfTwoConfigurationsIsInALaterTerm() {
        TermPoll poll = new TermPoll(TERM, List.of(List.of("c", "d", "e"), THREE));

        poll.answered("a", TERM);
        poll.answered("b", TERM);
        poll.answered("d", TERM + 1);
        poll.answered("e", TERM + 1);

        assertThat(result(poll)).isCompletedWithValue(false);
    }

    @Test
    void ignoresWhoHasNoVote() {
        TermPoll poll = new TermPoll(TERM, List.of(THREE));

        poll.answered("x", TERM);
        poll.answered("y", TERM);
        poll.answered("a", TERM);

        assertThat(result(poll)).isNotDone();
    }
}
