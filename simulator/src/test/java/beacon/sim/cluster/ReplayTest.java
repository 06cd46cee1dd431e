package beacon.sim.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.model.Event.MoveCause;
import beacon.sim.history.History;
import beacon.sim.history.Measured;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Eight nodes, of which each has 75 of 600 columns; beats every 8 s, a grace of 15 s. */
class ReplayTest {
    private static final long START = 1_795_000_000 * World.SECOND;
    private static final int NODES = 8;
    private static final int GROUPS = 120;
    private static final int COPIES = 5;
    private static final int HELD = GROUPS * COPIES / NODES;
    private static final Policy POLICY =
            new Policy(8 * World.SECOND, 1, 1_000, 2 * World.SECOND, 15 * World.SECOND, 64, 64L << 20, COPIES, 10, 4);

    private final List<History.Step> steps = new ArrayList<>();

    private static long at(double seconds) {
        return START + (long) (seconds * World.SECOND);
    }

    private static ByteString node(int number) {
        return ByteString.copyFromUtf8("node " + number);
    }

    private static ByteString manifest(int number) {
        byte[] cid = new byte[36];
        System.arraycopy(new byte[] {1, 0x71, 0x12, 32}, 0, cid, 0, 4);
        cid[35] = (byte) number;
        return ByteString.copyFrom(cid);
    }

    private void join(double seconds, int node) {
        steps.add(new History.Joined(at(seconds), node(node), "domain " + node, 1L << 30));
    }

    private void down(double seconds, int node) {
        steps.add(new History.WentDown(at(seconds), node(node)));
    }

    private void up(double seconds, int node) {
        steps.add(new History.CameUp(at(seconds), node(node)));
    }

    private void begin() {
        for (int node = 0; node < NODES; node++) {
            join(0, node);
        }
        for (int group = 0; group < GROUPS; group += 2) {
            steps.add(new History.Pinned(at(10), manifest(group), List.of(group(group), group(group + 1))));
        }
        for (int beat = 1; beat * 8 < 300; beat++) {
            long at = at(beat * 8);
            steps.add(new History.Beat(at, at / POLICY.beat(), false));
        }
    }

    private static History.Group group(int number) {
        List<ByteString> nodes = new ArrayList<>();
        for (int column = 0; column < COPIES; column++) {
            nodes.add(node((number + column) % NODES));
        }
        return new History.Group(1, COPIES - 1, 1, 1_000, nodes);
    }

    private Measured replay(double secondsAColumn) {
        steps.sort(Comparator.comparingLong(History.Step::at));
        History history = new History(
                START,
                at(300),
                steps,
                new Measured(Map.of(), Map.of(), GROUPS / 2, 0, 0, 0),
                new History.Cadence(POLICY.beat(), 1, 1_000, POLICY.grace(), (long) (secondsAColumn * World.SECOND)));
        return Replay.run(history, POLICY, POLICY, Replay.Coding.AS_IT_WAS, 1, share -> {})
                .measured();
    }

    /** While the columns of one node are made again, which takes 38 s or next to nothing, another one is down for 32 s. */
    private long repairedWhileTwoAreDown(double secondsAColumn) {
        begin();
        down(100, 0);
        down(118, 1);
        up(150, 1);
        return replay(secondsAColumn).movesFor(MoveCause.REPAIRED);
    }

    @Test
    void oneThatComesBackWhileTheOtherIsMadeAgainIsMadeAgainInPart() {
        assertThat(repairedWhileTwoAreDown(0.5)).isBetween(HELD + 1L, 2L * HELD - 1);
    }

    @Test
    void bothAreMadeAgainWhenThatIsQuick() {
        assertThat(repairedWhileTwoAreDown(0)).isEqualTo(2 * HELD);
    }

    @Test
    void whatNobodyBeganIsForgottenWhenTheNodeIsBack() {
        begin();
        down(100, 0);
        up(130, 0);

        assertThat(replay(0.5).movesFor(MoveCause.REPAIRED)).isBetween(1L, HELD - 1L);
    }

    @Test
    void whatALeaderWantedEndsWithIt() {
        begin();
        down(100, 0);
        steps.add(new History.Leaderless(at(140), at(143)));
        up(141, 0);

        assertThat(replay(0.5).movesFor(MoveCause.REPAIRED)).isBetween(1L, HELD - 1L);
    }

    @Test
    void aNodeThatGoesDownJustAfterItJoinedIsSaidToBe() {
        begin();
        join(100, 0);
        down(102, 0);
        up(104, 0);

        assertThat(replay(0).wentDown()).isEqualTo(1);
    }

    @Test
    void whatANodeSaysThatItLacksIsMadeAgainWithoutAnAudit() {
        begin();
        lose(Optional.of(new History.Said(at(101), at(103))));

        Measured measured = replay(0);

        assertThat(measured.faults()).isEqualTo(HELD);
        assertThat(measured.movesFor(MoveCause.REPAIRED)).isEqualTo(HELD);
    }

    @Test
    void andWhatItDoesNotSayIsNot() {
        begin();
        lose(Optional.empty());

        assertThat(replay(0).movesFor(MoveCause.REPAIRED)).isZero();
    }

    private void lose(Optional<History.Said> said) {
        List<History.Column> columns = new ArrayList<>();
        for (int group = 0; group < GROUPS; group++) {
            int column = Math.floorMod(-group, NODES);
            if (column < COPIES) {
                columns.add(new History.Column(manifest(group - group % 2), group % 2, column));
            }
        }
        down(90, 0);
        join(99, 0);
        steps.add(new History.Damaged(at(100), node(0), columns, HELD, said));
    }
}
