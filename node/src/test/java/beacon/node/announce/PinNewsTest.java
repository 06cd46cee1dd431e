package beacon.node.announce;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.announce.PinNews.Kind;
import beacon.proto.v1.Event;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.PinReleased;
import beacon.proto.v1.ShardFaulted;
import beacon.proto.v1.ShardGroup;
import beacon.proto.v1.ShardMoved;
import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;

class PinNewsTest {
    private static final ByteString MANIFEST = ByteString.copyFromUtf8("manifest");

    private static ByteString node(int number) {
        return ByteString.copyFromUtf8("node " + number);
    }

    @Test
    void aPinNamesTheNodesOfItsManifestAndNotThoseOfItsPayload() {
        Event placed = Event.newBuilder()
                .setPinPlaced(PinPlaced.newBuilder()
                        .setManifestCid(MANIFEST)
                        .addNodes(node(1))
                        .addNodes(node(2))
                        .addNodes(node(3))
                        .addGroups(ShardGroup.newBuilder().addAllColumns(List.of(3, 0, 1, 9)))
                        .addGroups(ShardGroup.newBuilder().addAllColumns(List.of(2))))
                .build();

        assertThat(PinNews.of(placed)).contains(new PinNews(Kind.PLACED, MANIFEST, List.of(node(3), node(1))));
    }

    @Test
    void whatHappensToThePayloadIsNoNews() {
        ShardMoved.Builder moved =
                ShardMoved.newBuilder().setManifestCid(MANIFEST).setNodeId(node(2));
        ShardFaulted.Builder faulted =
                ShardFaulted.newBuilder().setManifestCid(MANIFEST).setNodeId(node(2));

        assertThat(PinNews.of(Event.newBuilder().setShardMoved(moved).build()))
                .contains(new PinNews(Kind.MOVED, MANIFEST, List.of(node(2))));
        assertThat(PinNews.of(
                        Event.newBuilder().setShardMoved(moved.setGroup(1)).build()))
                .isEmpty();
        assertThat(PinNews.of(Event.newBuilder().setShardFaulted(faulted).build()))
                .contains(new PinNews(Kind.FAULTED, MANIFEST, List.of(node(2))));
        assertThat(PinNews.of(
                        Event.newBuilder().setShardFaulted(faulted.setGroup(1)).build()))
                .isEmpty();
    }

    @Test
    void aReleasedPinIsOnNoNode() {
        Event released = Event.newBuilder()
                .setPinReleased(PinReleased.newBuilder().setManifestCid(MANIFEST))
                .build();

        assertThat(PinNews.of(released)).contains(new PinNews(Kind.RELEASED, MANIFEST, List.of()));
        assertThat(PinNews.of(Event.getDefaultInstance())).isEmpty();
    }
}
