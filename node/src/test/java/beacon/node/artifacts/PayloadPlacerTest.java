package beacon.node.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.artifact.Coding;
import beacon.dht.artifact.Group;
import beacon.dht.artifact.Manifest;
import beacon.dht.wire.PeerId;
import beacon.node.artifacts.ArtifactException.Reason;
import beacon.node.artifacts.PayloadPlacer.Placed;
import beacon.node.artifacts.Pin.PinnedGroup;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadPlacerTest {
    private static final int CELL = 100;
    private static final Coding CODE = new Coding(4, 2);
    private static final ByteString NONCE = ByteString.copyFrom(new byte[16]);
    private static final Executor HERE = Runnable::run;
    private static final long SEED = 20_261_121;

    private static byte[] payload(int size) {
        byte[] bytes = new byte[size];
        new Random(SEED).nextBytes(bytes);
        return bytes;
    }

    private static Placed place(FakePeers peers, Coding coding, byte[] payload) {
        PayloadPlacer.Settings settings = new PayloadPlacer.Settings(
                peers.nodes, coding, CELL, ByteString.copyFromUtf8("seed"), HERE, bytes -> {}, StripeLog.NONE);
        Random random = new Random(SEED);
        try (PayloadPlacer placer = new PayloadPlacer(peers, settings)) {
            for (int at = 0; at < payload.length; ) {
                int part = Math.min(payload.length - at, 1 + random.nextInt(3 * CELL));
                placer.write(payload, at, part);
                at += part;
            }
            return placer.finish(NONCE, Manifest.BYTES);
        }
    }

    private static byte[] read(FakePeers peers, Placed placed) throws IOException {
        ArtifactReader reader = ArtifactReader.open(peers, placed.pin(), HERE);
        assertThat(reader.manifest()).isEqualTo(placed.manifest());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new PayloadStream(reader).transferTo(out);
        return out.toByteArray();
    }

    private static List<PeerId> holders(PinnedGroup group) {
        return group.columns().stream().flatMap(Optional::stream).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 99, 100, 101, 399, 400, 401, 1_234, 25_600, 25_601, 60_000})
    void whatIsPlacedIsReadBackAlsoWithoutAnyMColumns(int size) throws IOException {
        byte[] payload = payload(size);
        FakePeers peers = new FakePeers(9, 9);

        Placed placed = place(peers, CODE, payload);

        assertThat(placed.shortfalls()).isEmpty();
        assertThat(read(peers, placed)).isEqualTo(payload);
        List<PeerId> nodes =
                new ArrayList<>(peers.nodes.stream().map(FleetNode::id).toList());
        Collections.shuffle(nodes, new Random(SEED));
        peers.dead.addAll(nodes.subList(0, 2));
        assertThat(read(peers, placed)).isEqualTo(payload);
    }

    @Test
    void smallPayloadsAndManifestsAreCopiesAndLargeOnesAreCoded() {
        FakePeers peers = new FakePeers(9, 9);

        Placed small = place(peers, CODE, payload(CELL));
        Placed large = place(peers, CODE, payload((int) Group.fullBytes(CODE, CELL) + 1));

        assertThat(small.pin().groups()).extracting(PinnedGroup::coding).containsExactly(Coding.COPIES, Coding.COPIES);
        assertThat(small.pin().groups().get(0).blocks()).isEqualTo(2);
        assertThat(large.pin().groups()).extracting(PinnedGroup::coding).containsExactly(Coding.COPIES, CODE, CODE);
        assertThat(large.pin().groups()).extracting(PinnedGroup::blocks).containsExactly(3L, 64L, 1L);
        assertThat(large.pin().groups().get(1).columnBytes()).isEqualTo(64L * CELL);
        assertThat(large.pin().groups().get(2).columnBytes()).isEqualTo(1);
        assertThat(large.pin().groups())
                .allSatisfy(group -> assertThat(holders(group))
                        .hasSize(group.coding().columns())
                        .doesNotHaveDuplicates());
    }

    @Test
    void everyBlockOfAColumnIsOnItsNode() {
        FakePeers peers = new FakePeers(9, 9);
        Placed placed = place(peers, CODE, payload(3_000));
        ArtifactReader reader = ArtifactReader.open(peers, placed.pin(), HERE);

        PinnedGroup pinned = placed.pin().groups().get(1);
        beacon.dht.artifact.Columns columns = beacon.dht.artifact.Columns.decode(
                CODE,
                8,
                peers.stored
                        .get(placed.pin().groups().get(0).columns().get(0).orElseThrow())
                        .get(reader.manifest().groups().get(0).list()));
        for (int column = 0; column < 6; column++) {
            assertThat(peers.stored
                            .get(pinned.columns().get(column).orElseThrow())
                            .keySet())
                    .containsAll(columns.column(column));
        }
    }

    @Test
    void largeCopiesAreCopiesOfEveryCell() throws IOException {
        FakePeers peers = new FakePeers(3, 3);
        byte[] payload = payload(10 * CELL + 1);

        Placed placed = place(peers, new Coding(1, 2), payload);

        assertThat(placed.pin().groups().get(1).blocks()).isEqualTo(11);
        peers.dead.addAll(List.of(peers.nodes.get(0).id(), peers.nodes.get(2).id()));
        assertThat(read(peers, placed)).isEqualTo(payload);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 6, 40, 200, 385})
    void aNodeThatDiesMidwayIsReplacedAndItsColumnMadeAgain(int when) throws IOException {
        byte[] payload = payload(30_000);
        FakePeers peers = new FakePeers(9, 9);
        peers.killing = placing -> placing.number() == when;

        Placed placed = place(peers, CODE, payload);

        assertThat(peers.dead).hasSize(1);
        assertThat(placed.shortfalls()).hasSize(1);
        PeerId dead = peers.dead.iterator().next();
        assertThat(placed.pin().groups().get(placed.pin().groups().size() - 1).columns())
                .doesNotContain(Optional.of(dead))
                .allSatisfy(node -> assertThat(node).isPresent());
        peers.dead.add(peers.nodes.stream()
                .map(FleetNode::id)
                .filter(id -> !peers.dead.contains(id))
                .findFirst()
                .orElseThrow());
        assertThat(read(peers, placed)).isEqualTo(payload);
    }

    @Test
    void asManyNodesAsMayBeLostDieMidwayAndNothingIsLost() throws IOException {
        byte[] payload = payload(30_000);
        FakePeers peers = new FakePeers(7, 7);
        peers.killing = placing -> placing.number() == 50 || placing.number() == 51;

        Placed placed = place(peers, CODE, payload);

        assertThat(peers.dead).hasSize(2);
        assertThat(placed.shortfalls()).isNotEmpty();
        assertThat(read(peers, placed)).isEqualTo(payload);
    }

    @Test
    void withTooFewNodesWhatIsPossibleIsPlacedAndTheRestReported() throws IOException {
        byte[] payload = payload(1_000);
        FakePeers peers = new FakePeers(5, 5);

        Placed placed = place(peers, CODE, payload);

        assertThat(placed.shortfalls()).singleElement().asString().contains("6 nodes", "found 5");
        assertThat(placed.pin().groups().get(1).placed()).isEqualTo(5);
        assertThat(read(peers, placed)).isEqualTo(payload);
    }

    @Test
    void withFewerNodesThanOneMoreThanKNothingIsPlaced() {
        FakePeers peers = new FakePeers(4, 4);

        assertThatThrownBy(() -> place(peers, CODE, payload(1_000)))
                .isInstanceOfSatisfying(
                        ArtifactException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.NOT_ENOUGH_NODES));
        assertThatThrownBy(() -> place(new FakePeers(0, 1), CODE, payload(1))).isInstanceOf(ArtifactException.class);
    }

    @Test
    void tooFewDomainsAreReported() {
        Placed placed = place(new FakePeers(9, 2), CODE, payload(1_000));

        assertThat(placed.shortfalls()).anySatisfy(text -> assertThat(text).contains("failure domain domain-"));
    }

    @Test
    void fullNodesGetNothingAndAreReported() throws IOException {
        byte[] payload = payload(30_000);
        FakePeers peers = new FakePeers(9, 9);
        peers.full.addAll(List.of(peers.nodes.get(0).id(), peers.nodes.get(5).id()));

        Placed placed = place(peers, CODE, payload);

        assertThat(placed.shortfalls())
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text).contains("FULL"));
        assertThat(placed.pin().groups())
                .allSatisfy(group -> assertThat(holders(group))
                        .doesNotContainAnyElementsOf(peers.full)
                        .hasSize(group.coding().columns()));
        assertThat(read(peers, placed)).isEqualTo(payload);
    }

    @Test
    void whenTooManyNodesAreFullTheRefusalSaysWhichAndWhy() {
        FakePeers peers = new FakePeers(9, 9);
        peers.nodes.subList(0, 7).forEach(node -> peers.full.add(node.id()));

        assertThatThrownBy(() -> place(peers, CODE, payload(30_000)))
                .isInstanceOfSatisfying(
                        ArtifactException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.NOT_ENOUGH_NODES))
                .hasMessageContaining("expected at least")
                .hasMessageContaining("FULL");
    }

    @Test
    void asManyNodesAsMayBeLostMayLieAboutWhatTheyKeep() throws IOException {
        byte[] payload = payload(30_000);
        FakePeers peers = new FakePeers(9, 9);
        peers.lying.addAll(List.of(peers.nodes.get(3).id(), peers.nodes.get(8).id()));

        Placed placed = place(peers, CODE, payload);

        assertThat(peers.stored.get(peers.nodes.get(3).id())).isEmpty();
        assertThat(read(peers, placed)).isEqualTo(payload);
    }

    @Test
    void aNodeThatDiesWhileOthersLieIsReplacedFromThoseThatDoNot() throws IOException {
        byte[] payload = payload(30_000);
        FakePeers peers = new FakePeers(9, 9);
        peers.lying.add(peers.nodes.get(3).id());
        peers.killing = placing -> placing.number() == 200 && !peers.lying.contains(placing.node());

        Placed placed = place(peers, CODE, payload);

        assertThat(read(peers, placed)).isEqualTo(payload);
    }

    @Test
    void aNodeThatNeverAnswersHoldsNobodyUp() throws IOException {
        byte[] payload = payload(20_000);
        FakePeers peers = new FakePeers(6, 6);
        Placed placed = place(peers, CODE, payload);

        peers.silent.add(peers.nodes.get(1).id());
        peers.dead.add(peers.nodes.get(2).id());

        assertThat(read(peers, placed)).isEqualTo(payload);
    }

    @Test
    void fewerThanKColumnsAreAnErrorThatSaysSo() {
        FakePeers peers = new FakePeers(6, 6);
        Placed placed = place(peers, CODE, payload(20_000));

        peers.nodes.subList(0, 3).forEach(node -> peers.dead.add(node.id()));

        assertThatThrownBy(() -> read(peers, placed))
                .isInstanceOfSatisfying(
                        ArtifactException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.NOT_ENOUGH_COLUMNS));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anyRangeIsReadFromItsCellsOnly(boolean degraded) {
        byte[] payload = payload(26_123);
        FakePeers peers = new FakePeers(6, 6);
        Placed placed = place(peers, CODE, payload);
        if (degraded) {
            peers.nodes.subList(0, 2).forEach(node -> peers.dead.add(node.id()));
        }
        RangeSource source = new RangeSource(ArtifactReader.open(peers, placed.pin(), HERE));
        Random random = new Random(SEED);

        for (int i = 0; i < 300; i++) {
            int length = 1 + random.nextInt(CELL);
            int position = random.nextInt(payload.length - length);
            byte[] target = new byte[length];
            int before = peers.fetches.get();
            source.read(position, target, 0, length);

            assertThat(target).isEqualTo(java.util.Arrays.copyOfRange(payload, position, position + length));
            if (!degraded) {
                // Two cells, and the list of a group when the range is in another one.
                assertThat(peers.fetches.get() - before).isLessThanOrEqualTo(4);
            }
        }
    }
}
