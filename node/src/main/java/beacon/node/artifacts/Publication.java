package beacon.node.artifacts;

import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.keys.envelope.Header;
import beacon.model.Address;
import beacon.node.artifacts.Pin.PinnedGroup;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.Event;
import beacon.proto.v1.HeaderSet;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.PointerSet;
import beacon.proto.v1.Precondition;
import beacon.proto.v1.ShardGroup;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The one append that makes a placed artifact known: its header, its pin and its name, all or nothing. */
public final class Publication {
    private Publication() {}

    /**
     * Appends.
     *
     * @param address of the artifact
     * @param expectedRevision that the address has to have; 0 when it is not to exist
     * @return what the log accepted; its last event is the pointer
     * @throws beacon.index.client.ClientException when it did not: then nothing of the artifact is known
     */
    public static Accepted append(
            BeaconClient client, Address address, long expectedRevision, Pin pin, Header header, ByteString keyId) {
        Precondition expected = Precondition.newBuilder()
                .setAddress(address.toString())
                .setExpectedRevision(expectedRevision)
                .build();
        return BeaconClient.await(client.append(events(address, pin, header, keyId), List.of(expected)));
    }

    static List<Event> events(Address address, Pin pin, Header header, ByteString keyId) {
        return List.of(
                Event.newBuilder()
                        .setHeaderSet(HeaderSet.newBuilder()
                                .setManifestCid(pin.manifest().bytes())
                                .setKeyId(keyId)
                                .setHeader(ByteString.copyFrom(header.encode())))
                        .build(),
                Event.newBuilder().setPinPlaced(placed(pin)).build(),
                Event.newBuilder()
                        .setPointerSet(PointerSet.newBuilder()
                                .setAddress(address.toString())
                                .setCid(pin.manifest().bytes()))
                        .build());
    }

    static PinPlaced placed(Pin pin) {
        Map<PeerId, Integer> places = new LinkedHashMap<>();
        List<ShardGroup> groups = new ArrayList<>();
        for (PinnedGroup group : pin.groups()) {
            ShardGroup.Builder built = ShardGroup.newBuilder()
                    .setDataShards(group.coding().dataShards())
                    .setParityShards(group.coding().parityShards())
                    .setBlocks((int) group.blocks())
                    .setColumnBytes(group.columnBytes());
            for (Optional<PeerId> node : group.columns()) {
                built.addColumns(node.map(id -> places.computeIfAbsent(id, added -> places.size() + 1))
                        .orElse(0));
            }
            groups.add(built.build());
        }
        PinPlaced.Builder placed =
                PinPlaced.newBuilder().setManifestCid(pin.manifest().bytes()).addAllGroups(groups);
        places.keySet().forEach(node -> placed.addNodes(node.bytes()));
        return placed.build();
    }
}
