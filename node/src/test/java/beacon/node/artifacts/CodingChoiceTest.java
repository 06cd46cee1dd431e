package beacon.node.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.artifact.Coding;
import beacon.keys.envelope.PayloadLayout;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CodingChoiceTest {
    private static final FakePeers PEERS = new FakePeers(14, 14);

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
