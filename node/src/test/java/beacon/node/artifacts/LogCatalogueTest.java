package beacon.node.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.artifact.Coding;
import beacon.dht.blockstore.BlockHash;
import beacon.dht.wire.PeerId;
import beacon.keys.envelope.PayloadLayout;
import beacon.model.Cid;
import beacon.node.artifacts.Pin.PinnedGroup;
import beacon.proto.v1.ShardMoved;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogCatalogueTest {
    private static final Cid MANIFEST = BlockHash.sha256(Cid.DAG_CBOR, ByteString.EMPTY);
    private static final FakePeers PEERS = new FakePeers(14, 14);

    private static PeerId node(int number) {
        return PEERS.nodes.get(number).id();
    }

    private static final Pin PIN = new Pin(
            MANIFEST,
            List.of(
                    new PinnedGroup(new Coding(1, 1), 2, 300, List.of(Optional.of(node(0)), Optional.of(node(1)))),
                    new PinnedGroup(
                            new Coding(2, 1),
                            64,
                            6_400,
                            List.of(Optional.of(node(1)), Optional.empty(), Optional.of(node(2))))));

    private static ShardMoved move(int group, int column, int node) {
        return ShardMoved.newBuilder()
                .setManifestCid(MANIFEST.bytes())
                .setGroup(group)
                .setColumn(column)
                .setNodeId(node(node).bytes())
                .build();
    }

    @Test
    void aPinIsReadAsItWasWritten() {
        assertThat(LogCatalogue.pin(MANIFEST, Publication.placed(PIN), List.of()))
                .isEqualTo(PIN);
        assertThat(Publication.placed(PIN).getNodesCount()).isEqualTo(3);
    }

    @Test
    void theNewestMoveOfAColumnCountsAndStrangeOnesDoNot() {
        List<ShardMoved> newestFirst =
                List.of(move(7, 0, 0), move(1, 9, 0), move(1, 1, 5), move(1, 1, 4), move(0, 0, 3));

        Pin pin = LogCatalogue.pin(MANIFEST, Publication.placed(PIN), newestFirst);

        assertThat(pin.groups().get(0).columns()).containsExactly(Optional.of(node(3)), Optional.of(node(1)));
        assertThat(pin.groups().get(1).columns())
                .containsExactly(Optional.of(node(1)), Optional.of(node(5)), Optional.of(node(2)));
    }

    @Test
    void theCodingFitsTheNodesUnlessTheWriterKnowsBetter() {
        List<FleetNode> nodes = PEERS.nodes;

        assertThat(CodingChoice.of(null, nodes))
                .isEqualTo(new CodingChoice(Coding.DEFAULT, PayloadLayout.BLOCK_BYTES, Optional.empty()));
        assertThat(CodingChoice.of(null, nodes.subList(0, 11)).coding()).isEqualTo(Coding.DEFAULT);
        assertThat(CodingChoice.of(null, nodes.subList(0, 10)).coding()).isEqualTo(new Coding(6, 4));
        assertThat(CodingChoice.of(null, nodes.subList(0, 6)).coding()).isEqualTo(new Coding(2, 4));
        assertThat(CodingChoice.of(null, nodes.subList(0, 5)).coding()).isEqualTo(Coding.COPIES);
        assertThat(CodingChoice.of(null, nodes.subList(0, 5)).shortfall()).isPresent();
        assertThat(CodingChoice.of(new Coding(3, 2), nodes.subList(0, 4)).shortfall())
                .isEmpty();
        assertThat(CodingChoice.of(new Coding(13, 200), nodes).cellBytes())
                .isEqualTo(2 * PayloadLayout.SEALED_CHUNK_BYTES);
        assertThatThrownBy(() -> CodingChoice.of(new Coding(4, 2), nodes.subList(0, 4)))
                .isInstanceOf(ArtifactException.class);
        assertThatThrownBy(() -> CodingChoice.of(null, List.of())).isInstanceOf(ArtifactException.class);
    }
}
