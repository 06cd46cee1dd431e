package beacon.node.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.artifact.Coding;
import beacon.dht.wire.PeerId;
import beacon.node.artifacts.Pin.PinnedGroup;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.GroupState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    @Test
    void aGroupIsReadWithTheColumnsThatAreNowhere() {
        PeerId node = new FakePeers(1, 1).nodes.get(0).id();
        GroupState state = GroupState.newBuilder()
                .setDataShards(1)
                .setParityShards(1)
                .setBlocks(2)
                .setColumnBytes(300)
                .addColumns(ColumnState.newBuilder().setNodeId(node.bytes()))
                .addColumns(ColumnState.newBuilder())
                .build();

        assertThat(Catalogue.group(state))
                .isEqualTo(new PinnedGroup(new Coding(1, 1), 2, 300, List.of(Optional.of(node), Optional.empty())));
    }
}
