package beacon.sim.history;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.log.Recorded;
import beacon.index.log.RequestId;
import beacon.model.EventCodec;
import beacon.proto.v1.BeatKind;
import beacon.proto.v1.BeatStruck;
import beacon.proto.v1.Event;
import beacon.proto.v1.MoveCause;
import beacon.proto.v1.NodeJoined;
import beacon.proto.v1.NodeWentDown;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.ShardFault;
import beacon.proto.v1.ShardFaulted;
import beacon.proto.v1.ShardGroup;
import beacon.proto.v1.ShardMoved;
import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryReaderTest {
    private static final long SECOND = 1_000_000;
    private static final long START = 1_795_000_000 * SECOND;
    private static final long BEAT = 2 * SECOND;
    private static final int PINS = 20;

    private final HistoryReader reader = new HistoryReader();
    private long sequence;

    private long add(double seconds, long term, String actor, Event.Builder event) {
        sequence++;
        ByteString bytes = event.build().toByteString();
        long at = START + (long) (seconds * SECOND);
        reader.add(new Recorded(
                sequence, term, at, actor, new RequestId(1, sequence), 0, 0, 1, 0, 0, bytes, EventCodec.decode(bytes)));
        return sequence;
    }

    private static ByteString named(int prefix, int number) {
        byte[] id = new byte[36];
        byte[] head = prefix == 0 ? new byte[] {1, 0x71, 0x12, 32} : new byte[] {0, 36, 8, 1};
        System.arraycopy(head, 0, id, 0, 4);
        id[35] = (byte) number;
        return ByteString.copyFrom(id);
    }

    private static ByteString manifest(int number) {
        return named(0, number);
    }

    private static ByteString node(int number) {
        return named(1, number);
    }

    private long beat(double seconds, boolean reverb) {
        return add(
                seconds,
                1,
                "member/m1",
                Event.newBuilder()
                        .setBeatStruck(BeatStruck.newBuilder()
                                .setKind(reverb ? BeatKind.BEAT_KIND_REVERB : BeatKind.BEAT_KIND_PULSE)
                                .setBeatIndex((START + (long) (seconds * SECOND)) / BEAT)
                                .setSource("local")));
    }

    private void join(double seconds, int node) {
        add(
                seconds,
                1,
                "member/s" + node,
                Event.newBuilder()
                        .setNodeJoined(NodeJoined.newBuilder()
                                .setNodeId(node(node))
                                .addAddresses("/ip4/192.0.2.1/tcp/4001")
                                .setFailureDomain("d" + node)
                                .setCapacityBytes(1 << 30)));
    }

    private void down(double seconds, int node) {
        add(
                seconds,
                1,
                "member/m1",
                Event.newBuilder()
                        .setNodeWentDown(
                                NodeWentDown.newBuilder().setNodeId(node(node)).setReason("silent")));
    }

    private void pin(double seconds, int number) {
        ShardGroup.Builder group = ShardGroup.newBuilder()
                .setDataShards(1)
                .setParityShards(4)
                .setBlocks(1)
                .setColumnBytes(100);
        PinPlaced.Builder pin = PinPlaced.newBuilder().setManifestCid(manifest(number));
        for (int column = 1; column <= 5; column++) {
            pin.addNodes(node(column));
            group.addColumns(column);
        }
        add(seconds, 1, "operator/operator", Event.newBuilder().setPinPlaced(pin.addGroups(group)));
    }

    private void moved(double seconds, int pin, int column, int to, long beat) {
        add(
                seconds,
                1,
                "member/m1",
                Event.newBuilder()
                        .setShardMoved(ShardMoved.newBuilder()
                                .setManifestCid(manifest(pin))
                                .setColumn(column)
                                .setNodeId(node(to))
                                .setCause(MoveCause.MOVE_CAUSE_REPAIRED)
                                .setBeatSequence(beat)
                                .setBlocksWritten(1)
                                .setBytesRead(100)));
    }

    private void faulted(double seconds, String actor, int pin, int node) {
        add(
                seconds,
                1,
                actor,
                Event.newBuilder()
                        .setShardFaulted(ShardFaulted.newBuilder()
                                .setManifestCid(manifest(pin))
                                .setColumn(node - 1)
                                .setNodeId(node(node))
                                .setFault(ShardFault.SHARD_FAULT_MISSING)
                                .addBlocks(manifest(pin))));
    }

    private void begin() {
        beat(0, false);
        for (int node = 1; node <= 6; node++) {
            join(1, node);
        }
        for (int pin = 0; pin < PINS; pin++) {
            pin(2, pin);
        }
    }

    /** Node 1 goes down at 20 s; from the beat at 36 s on its columns are made again, one each half of a second. */
    private void repair() {
        down(20, 1);
        beat(28, false);
        long beat = beat(36, false);
        for (int pin = 0; pin < PINS; pin++) {
            if (pin == 8) {
                join(40.1, 1);
            }
            moved(36.5 + pin * 0.5, pin, 0, 6, beat);
        }
    }

    @Test
    void graceAndPaceAreReadFromWhatWasDone() {
        begin();
        repair();

        History.Cadence cadence = reader.finish().cadence();

        assertThat(cadence.column()).isEqualTo(SECOND / 2);
        assertThat(cadence.grace()).isEqualTo(12 * SECOND);
    }

    /** Half a second each; what the beat at 43.9 s found begun ends among its own. */
    @Test
    void timeInWhichColumnsOfTwoBeatsAreMadeCountsOnce() {
        begin();
        for (int pin = PINS; pin < 48; pin++) {
            pin(2, pin);
        }
        down(20, 1);
        long first = beat(36, false);
        long second = 0;
        for (int pin = 0; pin < 48; pin++) {
            if (pin == 15) {
                second = beat(43.9, false);
            }
            boolean begunBefore = pin < 16 || pin == 20 || pin == 21;
            moved(36.5 + pin * 0.5, pin, 0, 6, begunBefore ? first : second);
        }

        assertThat(reader.finish().cadence().column()).isBetween(SECOND * 45 / 100, SECOND / 2);
    }

    @Test
    void aNodeThatJoinsAgainIsBackAndAGroupCloseToItsEndOrAFaultTellsNothingOfTheGrace() {
        begin();
        repair();
        down(50, 2);
        join(55, 2);
        // Up again, and faulted: made elsewhere at once.
        faulted(56, "member/s2", 0, 2);
        down(57, 2);
        moved(60, 0, 1, 1, beat(58, false));
        // Three of five are down.
        down(60, 3);
        down(60, 4);
        moved(65, 1, 2, 1, beat(62, false));

        assertThat(reader.finish().cadence().grace()).isEqualTo(12 * SECOND);
    }

    @Test
    void whatANodeSaysItselfIsToldFromWhatAnAuditFoundAndCountedOnce() {
        begin();
        down(50, 2);
        join(60, 2);
        for (int pin = 0; pin < PINS; pin++) {
            faulted(61 + pin, "member/s2", pin, 2);
        }
        beat(90, true);
        faulted(92, "member/m1", 3, 3);
        faulted(93, "member/m1", 3, 3);

        History history = reader.finish();

        assertThat(history.measured().faults()).isEqualTo(PINS + 1);
        List<History.Damaged> damaged = history.steps().stream()
                .filter(History.Damaged.class::isInstance)
                .map(History.Damaged.class::cast)
                .toList();
        assertThat(damaged).hasSize(2);
        assertThat(damaged.get(0).at()).isEqualTo(START + 60 * SECOND);
        assertThat(damaged.get(0).isWhole()).isTrue();
        assertThat(damaged.get(0).said()).contains(new History.Said(START + 61 * SECOND, START + 80 * SECOND));
        assertThat(damaged.get(1).at()).isBetween(START + 89 * SECOND, START + 90 * SECOND);
        assertThat(damaged.get(1).said()).isEmpty();
        assertThat(damaged.get(1).columns()).hasSize(1);
    }

    @Test
    void anotherTermIsAnotherLeader() {
        begin();
        add(
                7,
                2,
                "member/m2",
                Event.newBuilder()
                        .setBeatStruck(BeatStruck.newBuilder()
                                .setKind(BeatKind.BEAT_KIND_PULSE)
                                .setBeatIndex(START / BEAT + 3)
                                .setSource("local")));

        assertThat(reader.finish().steps()).contains(new History.Leaderless(START + 2 * SECOND, START + 7 * SECOND));
    }
}
